//! What one can tell the prompt itself: lines that start with a colon, and a plain `help`.

/// One order.
#[derive(Debug, PartialEq)]
pub(super) enum Order<'a> {
    Devices,
    Help,
    Json,
    Online { name: &'a str, online: bool },
    Quit,
    Unknown(&'a str),
}

/// The orders and what they do, for help and completion.
pub(super) const ALL: [(&str, &str); 6] = [
    (":devices", "the endpoints Alexa knows"),
    (":offline NAME", "take a device offline"),
    (":online NAME", "and bring it back"),
    (":json", "show directives and answers in full, or no longer"),
    (":help", "this, even without the colon"),
    (":quit", "end it, as Ctrl-D does"),
];

impl<'a> Order<'a> {
    /// The order that a line is, if it is one.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        if line.eq_ignore_ascii_case("help") {
            return Some(Self::Help);
        }
        if !line.starts_with(':') {
            return None;
        }
        let (word, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.trim();
        Some(match word {
            ":devices" => Self::Devices,
            ":help" => Self::Help,
            ":json" => Self::Json,
            ":offline" => Self::Online {
                name,
                online: false,
            },
            ":online" => Self::Online { name, online: true },
            ":quit" | ":exit" | ":q" => Self::Quit,
            _ => Self::Unknown(word),
        })
    }
}
