//! Lines of what was found, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// Worth knowing, and as it may be.
    Note,
    /// Works, and should not stay so.
    Warning,
    /// Does not work.
    Broken,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Such as `database`.
    pub area: &'static str,
    pub verdict: Verdict,
    pub says: String,
    /// What to do about it.
    pub todo: Option<String>,
}

/// Everything that was found, in the order in which it was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn ok(&mut self, area: &'static str, says: impl Into<String>) {
        self.add(area, Verdict::Ok, says.into(), None);
    }

    pub(super) fn note(&mut self, area: &'static str, says: impl Into<String>) {
        self.add(area, Verdict::Note, says.into(), None);
    }

    pub(super) fn warn(
        &mut self,
        area: &'static str,
        says: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.add(area, Verdict::Warning, says.into(), Some(todo.into()));
    }

    pub(super) fn broken(
        &mut self,
        area: &'static str,
        says: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.add(area, Verdict::Broken, says.into(), Some(todo.into()));
    }

    fn add(&mut self, area: &'static str, verdict: Verdict, says: String, todo: Option<String>) {
        self.findings.push(Finding {
            area,
            verdict,
            says,
            todo,
        });
    }

    /// The worst of all lines.
    pub fn verdict(&self) -> Verdict {
        let all = self.findings.iter().map(|finding| finding.verdict);
        all.max().unwrap_or(Verdict::Ok)
    }

    /// Aligned lines; with colours for a terminal.
    pub fn text(&self, in_colour: bool) -> String {
        let areas = self.findings.iter().map(|finding| finding.area.len());
        let widest = areas.max().unwrap_or_default();
        let mut text = String::new();
        let mut area = "";
        for finding in &self.findings {
            let name = if finding.area == area {
                ""
            } else {
                finding.area
            };
            area = finding.area;
            let verdict = finding.verdict.word(in_colour);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:widest$}  {verdict}  {}", finding.says);
            if let Some(todo) = &finding.todo {
                let _ = writeln!(text, "{:widest$}  {:7}  -> {todo}", "", "");
            }
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    fn summary(&self) -> String {
        let count = |verdict| {
            let of = self.findings.iter().filter(|f| f.verdict == verdict);
            of.count()
        };
        match (count(Verdict::Broken), count(Verdict::Warning)) {
            (0, 0) => "Everything is as it should be.".to_owned(),
            (0, 1) => "Nothing is broken; there is one warning.".to_owned(),
            (0, warnings) => format!("Nothing is broken; there are {warnings} warnings."),
            (1, warnings) => format!("One thing is broken; warnings: {warnings}."),
            (broken, warnings) => format!("{broken} things are broken; warnings: {warnings}."),
        }
    }
}

impl Verdict {
    /// Seven characters wide.
    const fn word(self, in_colour: bool) -> &'static str {
        match (self, in_colour) {
            (Self::Ok, false) => "ok     ",
            (Self::Note, false) => "note   ",
            (Self::Warning, false) => "warning",
            (Self::Broken, false) => "BROKEN ",
            (Self::Ok, true) => "\x1b[32mok     \x1b[0m",
            (Self::Note, true) => "\x1b[36mnote   \x1b[0m",
            (Self::Warning, true) => "\x1b[33mwarning\x1b[0m",
            (Self::Broken, true) => "\x1b[1;31mBROKEN \x1b[0m",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned_and_coloured_on_a_terminal_only() {
        let mut report = Report::default();
        report.ok("settings", "read");
        report.warn("keys", "readable by others", "chmod 600");
        report.note("keys", "two");
        assert_eq!(
            report.text(false),
            "settings  ok       read\n\
             keys      warning  readable by others\n          \
                                -> chmod 600\n          \
                       note     two\n\
             Nothing is broken; there is one warning.\n"
                .replace("          -> chmod", "                   -> chmod")
        );
        assert!(report.text(true).contains('\x1b') && !report.text(false).contains('\x1b'));
        assert_eq!(report.verdict(), Verdict::Warning);
        report.broken("database", "away", "start it");
        assert_eq!(report.verdict(), Verdict::Broken);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["findings"][3]["verdict"], "broken");
    }
}
