//! The argument of a function, turned round: what stands in its places in a text that echoes it.

/// The values in the places of an argument, by place, in a text that echoes it.
///
/// The whole argument counts first, then only the part from its first place to its last: a variable often lacks what the
/// function takes around that, such as the number of the lamp. `length` says how much of a text is a value of a place.
pub(super) fn turned_round<'a>(
    argument: &str,
    places: &[&'static str],
    said: &'a str,
    length: impl Fn(&str, &str) -> usize,
) -> Option<Vec<(&'static str, &'a str)>> {
    let (mut parts, end) = split(argument, places);
    matched(&parts, end, said, &length).or_else(|| {
        let (before, _) = parts.first_mut()?;
        *before = "";
        matched(&parts, "", said, &length)
    })
}

/// The places of an argument, each with the text before it, and the text after the last.
fn split<'t>(
    argument: &'t str,
    places: &[&'static str],
) -> (Vec<(&'t str, &'static str)>, &'t str) {
    let mut parts = Vec::new();
    let mut rest = argument;
    loop {
        let next = rest.match_indices('{').find_map(|(at, brace)| {
            let (before, slot) = rest.split_at_checked(at)?;
            let slot = slot.strip_prefix(brace)?;
            places.iter().find_map(|place| {
                let after = slot.strip_prefix(place)?.strip_prefix('}')?;
                Some((before, *place, after))
            })
        });
        let Some((before, place, after)) = next else {
            return (parts, rest);
        };
        parts.push((before, place));
        rest = after;
    }
}

fn matched<'a>(
    parts: &[(&str, &'static str)],
    end: &str,
    said: &'a str,
    length: &impl Fn(&str, &str) -> usize,
) -> Option<Vec<(&'static str, &'a str)>> {
    let mut rest = said;
    let mut values = Vec::new();
    for (before, place) in parts {
        rest = rest.trim_start().strip_prefix(before.trim())?.trim_start();
        let (value, after) = rest.split_at_checked(length(place, rest))?;
        if value.is_empty() {
            return None;
        }
        values.push((*place, value));
        rest = after;
    }
    (rest.trim() == end.trim()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::turned_round;

    #[test]
    fn a_text_is_taken_apart_as_it_was_put_together() {
        let digits = |_: &str, text: &str| {
            let end = text.find(|c: char| !c.is_ascii_digit());
            end.unwrap_or(text.len())
        };
        let cases = [
            ("{a},{b}", "1,22", Some("a1 b22")),
            ("{b},{a}", " 1 , 22 ", Some("b1 a22")),
            ("0={a},{b};", "0=1,2;", Some("a1 b2")),
            ("0={a},{b};", "1,2", Some("a1 b2")),
            ("0={a},{b};", "1=1,2;", None),
            ("{\"x\":{a}}", "{\"x\": 7}", Some("a7")),
            ("{c}{a}", "{c}5", Some("a5")),
            ("{a} {b}", "1 2", Some("a1 b2")),
            ("{a},{b}", "1,2,3", None),
            ("{a},{b}", "1", None),
            ("{a},{b}", "1,", None),
            ("{a},{b}", "", None),
        ];
        for (argument, said, values) in cases {
            let told = turned_round(argument, &["a", "b"], said, digits);
            let told = told.map(|told| {
                let told = told.iter().map(|(place, value)| format!("{place}{value}"));
                told.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(told.as_deref(), values, "{argument} in {said}");
        }
    }
}
