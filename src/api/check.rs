//! Checks of what was sent: every field that is not right is told at once, not the first alone.

use store::membership::Role;
use tenant_config::phone::{DialTarget, E164};

use super::problem::{Code, FieldError, Outcome, Problem};

/// The faults of a body so far.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    pub fn add(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.to_owned(),
            code,
            detail: detail.into(),
        });
    }

    /// Refuses if there was any.
    pub fn none(self) -> Outcome<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::fields(self.0))
        }
    }

    /// Refuses if there was any; then a value that is wanted was read.
    pub fn none_but<T>(self, wanted: Option<T>) -> Outcome<T> {
        self.none()?;
        wanted.ok_or_else(|| Problem::internal(&"a field without a fault has no value"))
    }

    /// The same for parameters of the address.
    pub fn none_in_parameters(self) -> Outcome<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let problem = Problem::new(Code::InvalidRequest, "Some parameters are not right.");
        let told = self.0.into_iter().fold(problem, |problem, fault| {
            problem.at(&fault.pointer, fault.code, fault.detail)
        });
        Err(told)
    }

    /// A text that must be there, without the spaces around it.
    pub fn text(&mut self, pointer: &str, text: &str, longest: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(pointer, "required", "This must not be empty.");
        }
        self.at_most(pointer, text, longest);
        text.to_owned()
    }

    /// A text that may be left out; one of spaces is none.
    pub fn optional(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        longest: usize,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        self.at_most(pointer, text, longest);
        Some(text.to_owned())
    }

    pub fn at_most(&mut self, pointer: &str, text: &str, longest: usize) {
        if text.chars().count() > longest {
            let detail = format!("This has at most {longest} characters.");
            self.add(pointer, "too_long", detail);
        }
    }

    pub fn within<T: PartialOrd + std::fmt::Display + Copy>(
        &mut self,
        pointer: &str,
        value: T,
        least: T,
        most: T,
    ) -> T {
        if value < least || value > most {
            self.add(
                pointer,
                "range",
                format!("This must be from {least} to {most}."),
            );
        }
        value
    }

    /// A phone number that may be left out.
    pub fn number(&mut self, pointer: &str, text: Option<&str>) -> Option<E164> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let number = E164::normalise(text);
        if let Err(error) = &number {
            self.add(pointer, "format", error.to_string());
        }
        number.ok()
    }

    /// A number or SIP address that may be left out.
    pub fn target(&mut self, pointer: &str, text: Option<&str>) -> Option<DialTarget> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let target = DialTarget::parse(text);
        if target.is_err() {
            self.add(
                pointer,
                "format",
                "This must be a number such as +19185550100, or sip:user@host.",
            );
        }
        target.ok()
    }

    /// A mail address, without the spaces around it.
    pub fn email(&mut self, pointer: &str, text: &str) -> String {
        let text = text.trim();
        let fits = text.len() <= 254
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            && text.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && !host.is_empty() && !host.contains('@')
            });
        if !fits {
            self.add(
                pointer,
                "format",
                "This must be a mail address such as ann@example.com.",
            );
        }
        text.to_owned()
    }

    /// A role that can be given.
    pub fn role(&mut self, pointer: &str, word: &str) -> Role {
        Role::parse(word).unwrap_or_else(|| {
            let words: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            self.add(
                pointer,
                "word",
                format!("This must be one of {}.", words.join(", ")),
            );
            Role::Viewer
        })
    }
}

/// A parameter that is one of our words.
pub fn word<T>(
    pointer: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Outcome<Option<T>> {
    let Some(text) = text else { return Ok(None) };
    let known = parse(text)
        .ok_or_else(|| parameter(pointer, "This is not one of its words.".to_owned()))?;
    Ok(Some(known))
}

pub fn parameter(pointer: &str, detail: String) -> Problem {
    Problem::new(Code::InvalidRequest, "A parameter is not right.").at(pointer, "parameter", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told() {
        let mut faults = Faults::default();
        assert_eq!(faults.text("/name", "  ", 3), "");
        faults.text("/long", "abcd", 3);
        assert_eq!(faults.number("/number", Some("918")), None);
        assert_eq!(faults.number("/number", Some(" ")), None);
        faults.email("/email", "a b@c");
        let said = format!("{:?}", faults.none().unwrap_err());
        for pointer in ["/name", "/long", "/number", "/email"] {
            assert!(said.contains(pointer), "{said}");
        }
        assert_eq!(said.matches("pointer").count(), 4);
    }

    #[test]
    fn spaces_around_are_nobodys_wish() {
        let mut faults = Faults::default();
        assert_eq!(
            faults
                .number("/n", Some(" +1 918 555 0100 "))
                .unwrap()
                .as_str(),
            "+19185550100"
        );
        assert_eq!(faults.optional("/o", Some(" x "), 1).as_deref(), Some("x"));
        assert_eq!(faults.email("/e", " a@b "), "a@b");
        assert!(faults.none().is_ok());
    }
}
