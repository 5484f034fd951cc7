//! Comma-separated values as RFC 4180 has them, in UTF-8 without a byte order mark; lines end with
//! CR LF.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and what callers
//! say is theirs to choose. Such a cell gets an apostrophe before it (OWASP, CSV injection). Phone
//! numbers in E.164 stay as they are: a `+` and digits are a number in any spreadsheet.

use tenant_config::phone::E164;

/// One line.
#[derive(Debug, Default)]
pub(super) struct Line(String);

impl Line {
    /// A line of these cells.
    pub(super) fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
        let mut line = Self::default();
        for cell in cells {
            line.cell(cell);
        }
        line.end()
    }

    /// Adds a text, whatever it is.
    pub(super) fn cell(&mut self, text: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text);
        let apostrophe = if is_formula { "'" } else { "" };
        let quoted = text.replace('"', "\"\"");
        // A cell of nothing is quoted as well, so that a line of one is a line.
        if text.is_empty() || text.contains(['"', ',', '\r', '\n']) || is_formula {
            self.0.extend(["\"", apostrophe, &quoted, "\""]);
        } else {
            self.0.push_str(text);
        }
        self
    }

    /// Adds what is shown as it prints, or nothing.
    pub(super) fn value<T: ToString>(&mut self, value: Option<T>) -> &mut Self {
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        if text.parse::<f64>().is_ok() {
            // A number, also one below zero.
            self.0
                .extend([if self.0.is_empty() { "" } else { "," }, &text]);
            return self;
        }
        self.cell(&text)
    }

    pub(super) fn end(mut self) -> String {
        self.0.push_str("\r\n");
        self.0
    }
}

fn is_number(text: &str) -> bool {
    E164::try_from(text.to_owned()).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reader of RFC 4180: the cells of the first line.
    fn read(text: &str) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    cell.push('"');
                    chars.next();
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                '\r' if !quoted => break,
                other => cell.push(other),
            }
        }
        cells.push(cell);
        cells
    }

    #[test]
    fn formulas_are_texts_and_numbers_numbers() {
        let line = Line::of([
            "=1+1",
            "+19185550142",
            "+1 918",
            "-2",
            "@x",
            "a,\"b\"\n",
            "",
        ]);
        assert_eq!(
            line,
            "\"'=1+1\",+19185550142,\"'+1 918\",\"'-2\",\"'@x\",\"a,\"\"b\"\"\n\",\"\"\r\n"
        );
        let mut line = Line::default();
        line.value(Some(-7)).value::<i64>(None).value(Some("=x"));
        assert_eq!(line.end(), "-7,\"\",\"'=x\"\r\n");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(cells in prop::collection::vec("\\PC{0,12}|[=+@,\"\r\n-]{1,5}", 1..6)) {
            let line = Line::of(cells.iter().map(String::as_str));
            let read = read(&line);
            prop_assert_eq!(read.len(), cells.len());
            for (read, cell) in read.iter().zip(&cells) {
                let defused = format!("'{cell}");
                prop_assert!(read == cell || *read == defused);
                let begins = read.starts_with(['=', '@', '-', '+']);
                prop_assert!(!begins || is_number(read));
            }
        }
    }
}
