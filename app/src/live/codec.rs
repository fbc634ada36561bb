//! `text/event-stream`, as the HTML standard defines it, both ways.

/// One dispatched event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The `id` field, if the event has one of its own.
    pub id: Option<String>,
    /// The `event` field, if any.
    pub event: Option<String>,
    /// The `data` lines, joined by line feeds.
    pub data: String,
}

impl Frame {
    /// The frame as it goes over the wire. Line breaks in `data` become several lines; in `id` and `event`, which have no way
    /// to carry them, they are dropped.
    pub fn encode(&self) -> String {
        let mut out = String::with_capacity(self.data.len() + 48);
        for (name, value) in [("id: ", &self.id), ("event: ", &self.event)] {
            if let Some(value) = value {
                out.push_str(name);
                out.extend(value.chars().filter(|c| !matches!(c, '\n' | '\r' | '\0')));
                out.push('\n');
            }
        }
        for line in self.data.split('\n') {
            out.push_str("data: ");
            out.push_str(line.trim_end_matches('\r'));
            out.push('\n');
        }
        out.push('\n');
        out
    }
}

/// Reads frames from chunks cut anywhere, even inside a character.
#[derive(Debug, Default)]
pub struct FrameReader {
    line: Vec<u8>,
    frame: Frame,
    has_data: bool,
    after_cr: bool,
}

impl FrameReader {
    /// Takes the next bytes of the stream and returns the events that they complete. Comments and unknown fields are skipped.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Frame> {
        let mut done = Vec::new();
        for &byte in chunk {
            if byte == b'\n' && self.after_cr {
                self.after_cr = false;
                continue;
            }
            self.after_cr = byte == b'\r';
            if byte != b'\n' && byte != b'\r' {
                self.line.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            if line.is_empty() {
                if self.has_data {
                    done.push(std::mem::take(&mut self.frame));
                }
                self.frame = Frame::default();
                self.has_data = false;
            } else {
                self.field(&String::from_utf8_lossy(&line));
            }
        }
        done
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => self.frame.id = Some(value.to_owned()),
            "event" => self.frame.event = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame() -> impl Strategy<Value = Frame> {
        let word = proptest::option::of("[a-zA-Z0-9é😀]{1,8}");
        (word.clone(), word, "[^\r]{0,40}").prop_map(|(id, event, data)| Frame { id, event, data })
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_events(frames in proptest::collection::vec(frame(), 0..6), size in 1usize..9) {
            let wire: String = frames.iter().map(Frame::encode).collect();
            let mut reader = FrameReader::default();
            let read: Vec<Frame> = wire.as_bytes().chunks(size).flat_map(|c| reader.push(c)).collect();
            prop_assert_eq!(read, frames);
        }
    }

    #[test]
    fn comments_and_all_line_ends_are_understood() {
        let mut reader = FrameReader::default();
        let read = reader.push(b": ping\r\n\r\nid: 7\rdata: a\ndata:b\r\n\r\nevent: x\n\n");
        assert_eq!(
            read,
            [Frame {
                id: Some("7".into()),
                event: None,
                data: "a\nb".into()
            }]
        );
    }
}
