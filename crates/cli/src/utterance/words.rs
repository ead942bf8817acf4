//! An utterance or a name as words that can be compared.

/// What is said out of politeness or grammar, and tells nothing.
const SILENT: [&str; 5] = ["alexa", "please", "the", "my", "a"];

/// The words that count, in lower case.
pub(super) fn of(text: &str) -> Vec<String> {
    let text = text
        .to_lowercase()
        .replace('’', "'")
        .replace('%', " percent ")
        .replace('°', " degrees ");
    let words = text.split_whitespace().flat_map(|word| {
        let word = word.trim_matches(|character: char| {
            !character.is_alphanumeric() && character != '-' && character != '+'
        });
        match word {
            "what's" => return vec!["what", "is"],
            "how's" => return vec!["how", "is"],
            _ => {}
        }
        // "The porch's temperature" is that of the porch.
        let word = word.strip_suffix("'s").unwrap_or(word);
        match word {
            // "forty-two", but not "-5".
            _ if word.starts_with(char::is_alphabetic) => word.split('-').collect(),
            _ => vec![word],
        }
    });
    words
        .filter(|word| !word.is_empty() && !is_silent(word))
        .map(str::to_owned)
        .collect()
}

/// Whether a word tells nothing.
pub(super) fn is_silent(word: &str) -> bool {
    SILENT.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn only_words_that_count_are_left() {
        for (text, words) in [
            ("Alexa, turn on the Desk Lamp, please!", "turn on desk lamp"),
            ("set it to 40%.", "set it to 40 percent"),
            ("What’s the temperature?", "what is temperature"),
            (
                "What's the porch’s temperature?",
                "what is porch temperature",
            ),
            ("dim it by forty-two", "dim it by forty two"),
            ("set it to -5.5°", "set it to -5.5 degrees"),
            ("…", ""),
        ] {
            assert_eq!(of(text).join(" "), words, "{text}");
        }
    }
}
