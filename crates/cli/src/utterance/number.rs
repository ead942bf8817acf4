//! Numbers as they are said: `40`, `forty`, `a hundred and five`, `minus three`.

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Reads the number that the words begin with, and how many words it takes.
pub(super) fn read(words: &[String]) -> Option<(f64, usize)> {
    let (first, rest) = words.split_first()?;
    if first == "minus" {
        let (number, taken) = read(rest)?;
        return Some((-number, taken + 1));
    }
    if first.contains(|character: char| character.is_ascii_digit()) {
        return first
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(|number| (number, 1));
    }
    let (number, taken) = below_hundred(words).unwrap_or((1, 0));
    match words.get(taken).map(String::as_str) {
        Some("hundred") => {
            let and = usize::from(words.get(taken + 1).is_some_and(|word| word == "and"));
            let rest = words.get(taken + 1 + and..).unwrap_or_default();
            let number = number * 100;
            Some(match below_hundred(rest) {
                Some((more, words)) => (f64::from(number + more), taken + 1 + and + words),
                None => (f64::from(number), taken + 1),
            })
        }
        _ if taken > 0 => Some((f64::from(number), taken)),
        _ => None,
    }
}

fn below_hundred(words: &[String]) -> Option<(u32, usize)> {
    let value = |word: Option<&String>, table: &[&str]| {
        let place = table
            .iter()
            .position(|known| Some(*known) == word.map(String::as_str))?;
        u32::try_from(place).ok()
    };
    if let Some(unit) = value(words.first(), &UNITS) {
        return Some((unit, 1));
    }
    let tens = value(words.first(), &TENS)? * 10 + 20;
    Some(match value(words.get(1), &UNITS) {
        Some(unit @ 1..=9) => (tens + unit, 2),
        _ => (tens, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_are_read_as_they_are_said() {
        for (said, expected) in [
            ("40 percent", Some((40.0, 1))),
            ("-5", Some((-5.0, 1))),
            ("minus three", Some((-3.0, 2))),
            ("21.5", Some((21.5, 1))),
            ("zero", Some((0.0, 1))),
            ("nineteen", Some((19.0, 1))),
            ("forty two percent", Some((42.0, 2))),
            ("forty ten", Some((40.0, 1))),
            ("hundred percent", Some((100.0, 1))),
            ("one hundred", Some((100.0, 2))),
            ("two hundred and fifty five", Some((255.0, 5))),
            ("hundred and", Some((100.0, 1))),
            ("percent", None),
            ("4x", None),
            ("", None),
        ] {
            let words: Vec<_> = said.split_whitespace().map(str::to_owned).collect();
            assert_eq!(read(&words), expected, "{said}");
        }
    }
}
