//! As much of a SAM template as it takes to run its functions: what they are made of, and what they are told.
//!
//! It is read line by line, in the form in which the project's own is written. That the whole of it means to AWS what it
//! should is not tried here: `tests/template` does that.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A template.
#[derive(Debug)]
pub(crate) struct Template(String);

impl Template {
    pub(crate) fn read(path: &Path) -> Self {
        Self(fs::read_to_string(path).unwrap())
    }

    /// The same, with the code of a function elsewhere.
    pub(crate) fn with_code(&self, function: &str, place: &str) -> Self {
        let code = self.property(function, "CodeUri").unwrap();
        let (before, section) = self.0.split_once(&format!("\n  {function}:\n")).unwrap();
        let moved = section.replacen(
            &format!("CodeUri: {code}\n"),
            &format!("CodeUri: {place}\n"),
            1,
        );
        Self(format!("{before}\n  {function}:\n{moved}"))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The functions, by their names in the template.
    pub(crate) fn functions(&self) -> Vec<&str> {
        let named = self.section("Resources").lines().scan("", |name, line| {
            if line.starts_with("  ") && !line.starts_with("   ") {
                *name = line.trim().trim_end_matches(':');
            }
            Some((*name, line.trim()))
        });
        named
            .filter(|(_, line)| *line == "Type: AWS::Serverless::Function")
            .map(|(name, _)| name)
            .collect()
    }

    /// A property of a resource, wherever it stands there.
    pub(crate) fn property(&self, resource: &str, name: &str) -> Option<&str> {
        let mut lines = self.block(&format!("\n  {resource}:\n"), 2).lines();
        let value = lines.find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'));
        value.map(str::trim)
    }

    /// The parameters: what is given, and otherwise their defaults. One that the template does not have is an error.
    pub(crate) fn parameters(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        let names = self.section("Parameters").lines().filter_map(|line| {
            let name = line.strip_prefix("  ")?.strip_suffix(':')?;
            (!name.starts_with(' ')).then_some(name)
        });
        let mut parameters = BTreeMap::new();
        for name in names {
            let default = || self.property(name, "Default").map(unquoted);
            let value = given.get(name).cloned().or_else(default);
            let value = value.ok_or_else(|| format!("Parameters: [{name}] must have values"))?;
            parameters.insert(name.to_owned(), value);
        }
        match given.keys().find(|name| !parameters.contains_key(*name)) {
            Some(name) => Err(format!("Parameters: [{name}] do not exist in the template")),
            None => Ok(parameters),
        }
    }

    /// What a function finds in its environment.
    pub(crate) fn variables(
        &self,
        function: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Vec<(String, String)> {
        let section = self.block(&format!("\n  {function}:\n"), 2);
        let (_, variables) = section.split_once("\n        Variables:\n").unwrap();
        let variables = variables
            .lines()
            .map_while(|line| line.strip_prefix("          "))
            .filter(|line| !line.starts_with('#'));
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            let value = match value.split_once(' ') {
                Some(("!Ref", name)) => parameters[name].clone(),
                Some(("!Sub", text)) => parameters
                    .iter()
                    .fold(text.to_owned(), |text, (name, value)| {
                        text.replace(&format!("${{{name}}}"), value)
                    }),
                Some(_) | None => unquoted(value),
            };
            (name.to_owned(), value)
        };
        variables.map(pair).collect()
    }

    fn section(&self, name: &str) -> &str {
        self.block(&format!("\n{name}:\n"), 0)
    }

    /// What stands below a heading that is indented this far.
    fn block(&self, heading: &str, indentation: usize) -> &str {
        let (_, rest) = self.0.split_once(heading).unwrap();
        let end = rest.match_indices('\n').map(|(at, _)| at + 1).find(|at| {
            let line = &rest[*at..];
            let inner = line.trim_start_matches(' ');
            !inner.starts_with(['\n', '#']) && line.len() - inner.len() <= indentation
        });
        &rest[..end.unwrap_or(rest.len())]
    }
}

fn unquoted(value: &str) -> String {
    value.trim_matches(['\'', '"']).to_owned()
}
