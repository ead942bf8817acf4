//! The ready-made kinds: a blind, a garage door, a fan. Each is data in the language of descriptions itself.

use std::ops::Range;
use std::sync::LazyLock;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::capability::Entry;
use crate::suggestion::nearest;

/// The kinds and shorthands; see the head of the file.
static KINDS: LazyLock<DeTable<'static>> = LazyLock::new(|| {
    let (kinds, _) = DeTable::parse_recoverable(include_str!("kinds.toml"));
    kinds.into_inner()
});

const SHORTHANDS: &str = "shorthand";
const SETTINGS: &str = "settings";
const MEANING: &str = "meaning";
const CATEGORY: &str = "category";
const MAIN: &str = "main";
const AS: &str = "as";
const WORDS: &str = "words";
const VALUES: &str = "values";
const INSTEAD_OF: &str = "instead_of";
const NAMES: &str = "names";

/// Where that stands which a kind says, and not the description: what is wrong with it is shown where the part stands.
const NOWHERE: Range<usize> = 0..0;

/// A ready-made kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(&'static DeTable<'static>);

/// What a kind stands for.
#[derive(Debug)]
pub(super) struct Expansion<'a> {
    /// The key of each capability, and what is said of it.
    pub(super) parts: Vec<(&'static str, Spanned<DeValue<'a>>)>,
    /// What is wrong, and where.
    pub(super) mistakes: Vec<(Range<usize>, String)>,
}

impl Kind {
    /// The kind of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::all()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| kind)
    }

    /// All of them, by name.
    pub(super) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        KINDS
            .iter()
            .filter(|(name, _)| name.get_ref() != SHORTHANDS)
            .filter_map(|(name, kind)| Some((name.get_ref().as_ref(), Self(table(kind)?))))
    }

    /// How the app shows an endpoint of this kind.
    pub(super) fn category(self) -> &'static str {
        self.text(CATEGORY)
    }

    /// What it is, in a line.
    pub(super) fn meaning(self) -> &'static str {
        self.text(MEANING)
    }

    /// The part to which the kind's own keys belong.
    pub(super) fn main(self) -> &'static str {
        self.text(MAIN)
    }

    /// Its parts: the name of each, and the key of the capability that it is.
    pub(super) fn parts(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().filter_map(|(name, part)| {
            let capability = text(table(part)?.get(AS)?)?;
            Some((name.get_ref().as_ref(), capability))
        })
    }

    /// The words of its main part.
    fn words(self) -> impl Iterator<Item = &'static str> {
        self.words_of(self.main())
            .into_iter()
            .flat_map(|(_, words)| words)
    }

    /// The kind's settings, and the values of each.
    pub(super) fn settings(self) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        let settings = self.0.get(SETTINGS).and_then(table).into_iter().flatten();
        settings.filter_map(|(name, values)| {
            let values = table(values)?.keys().map(|value| value.get_ref().as_ref());
            Some((name.get_ref().as_ref(), values.collect()))
        })
    }

    /// Whether a name alone says it all: where the kind says nothing of its main part but what it is.
    pub(super) fn has_short_form(self) -> bool {
        self.defaults(self.main()).is_empty()
    }

    /// What is meant by what a description says of the kind.
    pub(super) fn expand<'a>(self, said: Spanned<DeValue<'a>>) -> Expansion<'a> {
        let span = said.span();
        let mut expansion = Expansion {
            parts: Vec::new(),
            mistakes: Vec::new(),
        };
        let said = match said.into_inner() {
            DeValue::Table(said) => said,
            name @ DeValue::String(_) if self.has_short_form() => {
                let capability = self.capability(self.main());
                expansion.parts.push((capability, Spanned::new(span, name)));
                return expansion;
            }
            _ => {
                let parts: Vec<_> = self.parts().map(|(part, _)| part).collect();
                let message = format!(
                    "it is a table, such as {{ function = \"f\", variable = \"v\" }}; its parts are {}",
                    parts.join(", ")
                );
                expansion.mistakes.push((span, message));
                return expansion;
            }
        };
        // With where each stands.
        let mut parts: Vec<(&'static str, Range<usize>, DeTable<'a>)> = Vec::new();
        let mut own = DeTable::new();
        let mut settings = Vec::new();
        for (key, value) in said {
            let name = key.get_ref().as_ref();
            if let Some((part, _)) = self.parts().find(|(part, _)| *part == name) {
                let place = value.span();
                match value.into_inner() {
                    DeValue::Table(table) => parts.push((part, place, table)),
                    other if self.defaults(part).is_empty() => {
                        let value = Spanned::new(key.span(), other);
                        expansion.parts.push((self.capability(part), value));
                    }
                    _ => expansion.mistakes.push((
                        key.span(),
                        format!(
                            "`{part}` is a table, such as {{ function = \"f\", variable = \"v\" }}"
                        ),
                    )),
                }
            } else if let Some((setting, values)) =
                self.settings().find(|(setting, _)| *setting == name)
            {
                let chosen = value.get_ref().as_str().unwrap_or_default();
                match values.iter().find(|value| **value == chosen) {
                    Some(value) => settings.push((setting, *value)),
                    None => expansion.mistakes.push((
                        value.span(),
                        format!("`{setting}` is \"{}\"", values.join("\" or \"")),
                    )),
                }
            } else if self.own_keys().any(|known| known == name) {
                own.insert(key, value);
            } else {
                let parts = self.parts().map(|(part, _)| part);
                let settings = self.settings().map(|(setting, _)| setting);
                let known: Vec<_> = parts.chain(settings).chain(self.own_keys()).collect();
                let suggestion = nearest(name, &known);
                let message = format!("unknown key `{name}`{suggestion}");
                expansion.mistakes.push((key.span(), message));
            }
        }
        if !own.is_empty() {
            let main = match parts.iter_mut().find(|(part, ..)| *part == self.main()) {
                Some((.., main)) => main,
                None => {
                    parts.insert(0, (self.main(), span.clone(), DeTable::new()));
                    let Some((.., main)) = parts.first_mut() else {
                        return expansion;
                    };
                    main
                }
            };
            for key in own
                .keys()
                .filter(|key| main.contains_key(key.get_ref().as_ref()))
            {
                let (name, part) = (key.get_ref(), self.main());
                let message = format!("`{name}` of its `{part}` stands here and there; keep one");
                expansion.mistakes.push((key.span(), message));
            }
            overlay(main, own);
        }
        for (part, place, said) in parts {
            let mut whole = self.defaults(part);
            // What the kind says of its own accord, and what would have no effect.
            for (key, needed) in [("actions", "function"), ("states", "variable")] {
                if !holds(&said, needed) {
                    whole.remove(key);
                }
            }
            if part == self.main() {
                for (setting, value) in &settings {
                    let change = self.0.get(SETTINGS).and_then(table);
                    let change = change.and_then(|all| table(all.get(*setting)?)?.get(*value));
                    if let Some(change) = change.and_then(table) {
                        overlay(&mut whole, placed(change, &NOWHERE));
                    }
                }
            }
            overlay(&mut whole, self.sorted(part, said));
            let whole = Spanned::new(place, DeValue::Table(whole));
            expansion.parts.push((self.capability(part), whole));
        }
        if expansion.parts.is_empty() && expansion.mistakes.is_empty() {
            let parts: Vec<_> = self.parts().map(|(part, _)| part).collect();
            let message = format!("say how it is told: it has {}", parts.join(", "));
            expansion.mistakes.push((span, message));
        }
        expansion
    }

    /// The keys of the main part, and the words that go into it.
    fn own_keys(self) -> impl Iterator<Item = &'static str> {
        let capability = self.capability(self.main());
        let keys = Entry::find(capability).map(|entry| (entry.keys)());
        let keys = keys.into_iter().flatten();
        let shorthands = Shorthand::of(capability).map(|shorthand| shorthand.name);
        self.words().chain(keys).chain(shorthands)
    }

    /// Puts words of the part into the table where they belong.
    fn sorted<'a>(self, part: &str, said: DeTable<'a>) -> DeTable<'a> {
        let Some((into, words)) = self.words_of(part) else {
            return said;
        };
        let mut sorted = DeTable::new();
        let mut own = DeTable::new();
        let mut place = 0..0;
        for (key, value) in said {
            if words.contains(&key.get_ref().as_ref()) {
                place = key.span();
                own.insert(key, value);
            } else {
                sorted.insert(key, value);
            }
        }
        if !own.is_empty() {
            let key = Spanned::new(place.clone(), DeString::Borrowed(into));
            let mut words = DeTable::new();
            words.insert(key, Spanned::new(place, DeValue::Table(own)));
            overlay(&mut sorted, words);
        }
        sorted
    }

    /// The key of a part that takes words, and the words.
    pub(super) fn words_of(self, part: &str) -> Option<(&'static str, Vec<&'static str>)> {
        let part = self.0.get(part).and_then(table)?;
        let into = text(part.get(WORDS)?)?;
        let words = table(part.get(into)?)?
            .keys()
            .map(|word| word.get_ref().as_ref());
        Some((into, words.collect()))
    }

    fn capability(self, part: &str) -> &'static str {
        let found = self.parts().find(|(name, _)| *name == part);
        found.map_or("", |(_, capability)| capability)
    }

    /// What is said of a part where a description says nothing else.
    fn defaults<'a>(self, part: &str) -> DeTable<'a> {
        let defaults = self.0.get(part).and_then(table);
        let defaults = defaults.map(|part| placed(part, &NOWHERE));
        let mut defaults = defaults.unwrap_or_default();
        defaults.remove(AS);
        defaults.remove(WORDS);
        defaults
    }

    fn text(self, key: &str) -> &'static str {
        self.0.get(key).and_then(text).unwrap_or_default()
    }
}

/// Whether a table, or one in it, has a key.
fn holds(table: &DeTable<'_>, key: &str) -> bool {
    let mut within = table
        .values()
        .filter_map(|value| value.get_ref().as_table());
    table.contains_key(key) || within.any(|table| holds(table, key))
}

/// A key that stands for others in a capability's table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shorthand {
    /// The key.
    pub(super) name: &'static str,
    table: &'static DeTable<'static>,
    meant: &'static DeTable<'static>,
}

impl Shorthand {
    /// Those of a capability.
    pub(super) fn of(capability: &str) -> impl Iterator<Item = Self> {
        let all = KINDS.get(SHORTHANDS).and_then(table).into_iter().flatten();
        all.filter_map(move |(name, shorthand)| {
            let shorthand = table(shorthand)?;
            Some(Self {
                name: name.get_ref().as_ref(),
                table: shorthand,
                meant: table(shorthand.get(capability)?)?,
            })
        })
    }

    /// What it says, in a line.
    pub(super) fn meaning(self) -> &'static str {
        self.table.get(MEANING).and_then(text).unwrap_or_default()
    }

    /// What it can say.
    pub(super) fn values(self) -> Vec<&'static str> {
        self.texts(VALUES)
    }

    fn texts(self, key: &str) -> Vec<&'static str> {
        let texts = self.table.get(key);
        let texts = texts.and_then(|texts| texts.get_ref().as_array());
        texts.into_iter().flatten().filter_map(text).collect()
    }
}

/// Replaces the shorthands in what a description says of a capability.
///
/// # Errors
/// Where a shorthand says no text, with its place.
pub(super) fn spell_out<'a>(
    capability: &str,
    said: Spanned<DeValue<'a>>,
) -> Result<Spanned<DeValue<'a>>, (Range<usize>, String)> {
    let span = said.span();
    let mut said = match said.into_inner() {
        DeValue::Table(said) => said,
        other => return Ok(Spanned::new(span, other)),
    };
    for shorthand in Shorthand::of(capability) {
        let name = shorthand.name;
        let Some((key, value)) = said.remove_entry(name) else {
            continue;
        };
        let values = shorthand.values();
        let written = value.get_ref().as_str();
        let Some(written) = written.filter(|written| values.contains(written)) else {
            let message = format!("`{name}` is {}", shorthand.meaning());
            return Err((value.span(), message));
        };
        let instead_of = shorthand.texts(INSTEAD_OF);
        let both = said
            .keys()
            .find(|key| instead_of.contains(&key.get_ref().as_ref()));
        if let Some(both) = both {
            let message = format!(
                "`{name}` says the `{}` already; leave one out",
                both.get_ref()
            );
            return Err((both.span(), message));
        }
        let mut meant = placed(shorthand.meant, &key.span());
        for (_, value) in &mut meant {
            if let DeValue::String(text) = value.get_mut()
                && text.matches("{}").count() > 1
            {
                *text = text.replacen("{}", written, 1).into();
            }
        }
        overlay(&mut meant, said);
        said = meant;
    }
    Ok(Spanned::new(span, DeValue::Table(said)))
}

/// Lays a table over another: its values count. A word over a table is the `argument` of that table, but for names.
fn overlay<'a>(under: &mut DeTable<'a>, over: DeTable<'a>) {
    for (key, value) in over {
        let span = value.span();
        let name = key.get_ref().as_ref();
        let Some(below) = under.get_mut(name) else {
            under.insert(key, value);
            continue;
        };
        let was = std::mem::replace(below.get_mut(), DeValue::Boolean(false));
        let value = match (was, value.into_inner()) {
            (DeValue::Table(mut below), DeValue::Table(above)) => {
                overlay(&mut below, above);
                DeValue::Table(below)
            }
            (DeValue::Table(mut below), word)
                if name != NAMES && !matches!(word, DeValue::Array(_)) =>
            {
                let argument = Spanned::new(span.clone(), DeString::Borrowed("argument"));
                below.insert(argument, Spanned::new(span.clone(), word));
                DeValue::Table(below)
            }
            (_, value) => value,
        };
        *below = Spanned::new(span, value);
    }
}

/// A table as if it stood at another place, so that a mistake in it is shown there.
fn placed<'a>(table: &DeTable<'static>, span: &Range<usize>) -> DeTable<'a> {
    let entries = table.iter().map(|(key, value)| {
        let key = Spanned::new(span.clone(), key.get_ref().clone());
        (key, placed_value(value.get_ref(), span))
    });
    entries.collect()
}

fn placed_value<'a>(value: &DeValue<'static>, span: &Range<usize>) -> Spanned<DeValue<'a>> {
    let value = match value {
        DeValue::Table(table) => DeValue::Table(placed(table, span)),
        DeValue::Array(values) => {
            let values = values
                .iter()
                .map(|value| placed_value(value.get_ref(), span));
            DeValue::Array(values.collect())
        }
        other => other.clone(),
    };
    Spanned::new(span.clone(), value)
}

fn table<'a>(value: &'a Spanned<DeValue<'static>>) -> Option<&'a DeTable<'static>> {
    value.get_ref().as_table()
}

fn text(value: &'static Spanned<DeValue<'static>>) -> Option<&'static str> {
    value.get_ref().as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alexa::discovery::Category;

    #[test]
    fn the_kinds_are_written_well() {
        let (_, errors) = DeTable::parse_recoverable(include_str!("kinds.toml"));
        assert!(errors.is_empty(), "{errors:?}");
        let mut count = 0;
        for (name, kind) in Kind::all() {
            count += 1;
            assert!(Entry::find(name).is_none(), "{name} is a capability");
            assert!(kind.category().parse::<Category>().is_ok(), "{name}");
            assert!(!kind.meaning().is_empty(), "{name}");
            assert!(kind.parts().any(|(part, _)| part == kind.main()), "{name}");
            for (part, capability) in kind.parts() {
                assert!(Entry::find(capability).is_some(), "{name}.{part}");
            }
        }
        assert!(count >= 5);
    }
}
