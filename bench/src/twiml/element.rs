//! A generic element: name, attributes, children, text. Knows no verb.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::TwimlError;

/// An element with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    /// Reads the one root element of a document.
    pub(super) fn read(document: &str) -> Result<Self, TwimlError> {
        let mut reader = Reader::from_str(document);
        // The element at the bottom stands for the document itself.
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(xml)? {
                Event::Start(tag) => open.push(Self::opened(&tag)?),
                Event::Empty(tag) => attach(&mut open, Self::opened(&tag)?)?,
                Event::End(_) => {
                    let done = open.pop().ok_or_else(unbalanced)?;
                    attach(&mut open, done)?;
                }
                Event::Text(text) => append(&mut open, &text.xml10_content())?,
                Event::CData(text) => append(&mut open, &text.xml10_content())?,
                Event::GeneralRef(entity) => append(&mut open, &resolved(&entity)?)?,
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        let (Some(document), true) = (open.pop(), open.is_empty()) else {
            return Err(TwimlError::Xml("an element is never closed".to_owned()));
        };
        let mut roots = document.children.into_iter();
        match (roots.next(), roots.next()) {
            (Some(root), None) => Ok(root),
            _ => Err(TwimlError::Xml("one root element is expected".to_owned())),
        }
    }

    fn opened(tag: &BytesStart<'_>) -> Result<Self, TwimlError> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(xml)?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(xml)?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        Ok(Self {
            name: tag.name().as_ref().to_owned(),
            attributes,
            ..Self::default()
        })
    }
}

fn attach(open: &mut [Element], done: Element) -> Result<(), TwimlError> {
    open.last_mut().ok_or_else(unbalanced)?.children.push(done);
    Ok(())
}

fn append(open: &mut [Element], text: &str) -> Result<(), TwimlError> {
    open.last_mut().ok_or_else(unbalanced)?.text.push_str(text);
    Ok(())
}

fn resolved(entity: &BytesRef<'_>) -> Result<String, TwimlError> {
    if let Some(character) = entity.resolve_char_ref().map_err(xml)? {
        return Ok(character.to_string());
    }
    let name: &str = entity;
    resolve_predefined_entity(name)
        .map(str::to_owned)
        .ok_or_else(|| TwimlError::Xml(format!("the entity &{name}; is not known")))
}

fn xml(error: impl std::fmt::Display) -> TwimlError {
    TwimlError::Xml(error.to_string())
}

fn unbalanced() -> TwimlError {
    TwimlError::Xml("an end tag has no beginning".to_owned())
}
