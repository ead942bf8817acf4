//! "Did you mean …?"

/// The end of a message about an unknown word: the known word most like it, or all of them.
pub(crate) fn nearest(word: &str, known: &[&str]) -> String {
    let likest = known
        .iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&candidate.to_lowercase(), &word.to_lowercase()),
                candidate,
            )
        })
        .max_by(|(left, _), (right, _)| left.total_cmp(right));
    let holding: Vec<_> = known
        .iter()
        .filter(|candidate| candidate.to_lowercase().contains(&word.to_lowercase()))
        .collect();
    match likest {
        Some((likeness, candidate)) if likeness > 0.8 => format!("; did you mean `{candidate}`?"),
        _ => match holding.as_slice() {
            [candidate] => format!("; did you mean `{candidate}`?"),
            _ => format!("; known are {}", known.join(", ")),
        },
    }
}
