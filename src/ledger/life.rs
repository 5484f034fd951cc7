//! Which node this is. A node is its data folder: it keeps its id there; each start is a new life.

use std::{fs, io::ErrorKind, path::Path};

use anyhow::Context;
use store::node::{LifeId, NodeId, NodeLife};
use uuid::Uuid;

/// Begins a life: reads the node's id, making it if there is none.
pub fn begin(data_dir: &Path) -> anyhow::Result<NodeLife> {
    let path = data_dir.join("node_id");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = Uuid::now_v7().to_string();
            fs::create_dir_all(data_dir)
                .and_then(|()| fs::write(&path, &made))
                .with_context(|| format!("cannot write {}", path.display()))?;
            made
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let node = Uuid::parse_str(text.trim()).with_context(|| {
        format!(
            "{} should hold a UUID; remove the file, and the node gets another id",
            path.display()
        )
    })?;
    Ok(NodeLife {
        node: NodeId(node),
        life: LifeId(Uuid::now_v7()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stays_itself_and_lives_anew() {
        let folder = tempfile::tempdir().unwrap();
        let first = begin(folder.path()).unwrap();
        let second = begin(folder.path()).unwrap();
        assert_eq!(first.node, second.node);
        assert_ne!(first.life, second.life);
    }

    #[test]
    fn a_file_that_holds_something_else_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("node_id"), "seven").unwrap();
        let error = format!("{:#}", begin(folder.path()).unwrap_err());
        assert!(
            error.contains("node_id") && error.contains("UUID"),
            "{error}"
        );
    }
}
