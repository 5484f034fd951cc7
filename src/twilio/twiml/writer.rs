//! Elements to XML text.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// An element with attributes and either children or a text.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    pub(super) fn attr(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.attributes.push((name, xml_chars(value.as_ref())));
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.text = xml_chars(text);
        self
    }

    pub(super) fn children(mut self, children: Vec<Self>) -> Self {
        self.children = children;
        self
    }

    fn write(&self, to: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, value.as_str()));
        }
        if self.text.is_empty() && self.children.is_empty() {
            return to.write_event(Event::Empty(start));
        }
        to.write_event(Event::Start(start))?;
        if !self.text.is_empty() {
            to.write_event(Event::Text(BytesText::new(&self.text)))?;
        }
        for child in &self.children {
            child.write(to)?;
        }
        to.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// A whole document.
pub(super) fn document(root: &Element) -> String {
    let mut writer = Writer::new(Vec::new());
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .and_then(|()| root.write(&mut writer))
        .expect("writing to memory cannot fail");
    String::from_utf8(writer.into_inner()).expect("only UTF-8 was written")
}

/// Without what XML 1.0 has no way to write, not even escaped: most control characters.
fn xml_chars(text: &str) -> String {
    text.chars()
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
                || matches!(c, '\t' | '\n' | '\r')
        })
        .collect()
}
