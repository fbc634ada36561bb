//! The largest document there is, through the inbox in both directions: how much more memory the server needs meanwhile.

use super::Scene;
use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::meta::{change, phone};
use crate::row::{Budget, Row, Unit};
use crate::workplace::{PARENT_ORIGIN, authorised, list_call};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Of the document.
const SIZE: usize = 100_000_000;
/// Of one that goes before, so that what is needed anyway is there.
const SMALL: usize = 1_000_000;
const MOST: f64 = 16e6;
/// Who sends it.
const CUSTOMER: usize = 0;
const LOOK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) async fn measure(scene: &Scene) -> Outcome<Vec<Row>> {
    let token = scene.team.token(&scene.inbox).await?;
    come_in(scene, &token, SMALL).await?;
    go_out(scene, &token, SMALL).await?;
    let row = |what: &str, before: f64, began: Instant| -> Outcome<Row> {
        let more = scene.inbox.peak()? - before;
        Ok(Row::new(
            format!("memory for a document of 100 MB, {what}"),
            Unit::Megabytes,
            more.max(0.0),
        )
        .beside(format!(
            "in {:.1} s, on top of {:.1} MB",
            began.elapsed().as_secs_f64(),
            before / 1e6
        ))
        .budget(Budget::AtMost(MOST)))
    };
    let (before, began) = watch(scene)?;
    come_in(scene, &token, SIZE).await?;
    let came_in = row("fetched and shown", before, began)?;
    let (before, began) = watch(scene)?;
    go_out(scene, &token, SIZE).await?;
    Ok(vec![came_in, row("uploaded and sent", before, began)?])
}

fn watch(scene: &Scene) -> Outcome<(f64, Instant)> {
    scene.inbox.forget_peak()?;
    Ok((scene.inbox.memory()?, Instant::now()))
}

/// A customer sends it, and an operator saves it.
async fn come_in(scene: &Scene, token: &str, size: usize) -> Outcome {
    let mut http = Http::connect(scene.inbox.address).await?;
    let id = format!("document-large-of-{size}");
    let document = json!({"id": id, "mime_type": "application/pdf", "filename": "large.pdf"});
    let message = json!({"id": format!("wamid.{id}"), "from": phone(CUSTOMER), "type": "document", "document": document,
        "timestamp": jiff::Timestamp::now().as_second().to_string()});
    let call = change(
        &scene.team.phone_number_id,
        "messages",
        json!({"messages": [message]}),
    );
    if !http.send(&call).await?.status.is_success() {
        return Err("a webhook was refused".into());
    }
    let conversation = conversation(&mut http, token).await?;
    let page = json!({"conversation_id": conversation, "page": {"limit": 1}});
    let list = authorised("/api/messages/list", &page, token);
    let began = Instant::now();
    let media = loop {
        let thread: Value = http.json(&list).await?;
        let media = thread["items"][0]["content"]["media"].clone();
        match media["state"].as_str() {
            Some("READY") => break media["id"].clone(),
            Some("PENDING") if began.elapsed() < PATIENCE => tokio::time::sleep(LOOK).await,
            _ => return Err(format!("the document did not arrive: {thread}").into()),
        }
    };
    let links: Value = http
        .json(&authorised(
            "/api/media/urls",
            &json!({"ids": [media]}),
            token,
        ))
        .await?;
    let link = links[0]["download"]
        .as_str()
        .ok_or("a file without an address")?;
    let (_open, mut body) = http.stream(&Call::get(link)).await?;
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        read += frame?.into_data().map_or(0, |data| data.len());
    }
    if read != size {
        return Err(format!("{read} of {size} bytes came out").into());
    }
    Ok(())
}

/// An operator uploads one, and it is given to WhatsApp.
async fn go_out(scene: &Scene, token: &str, size: usize) -> Outcome {
    let mut http = Http::connect(scene.inbox.address).await?;
    let conversation = conversation(&mut http, token).await?;
    let path = format!("/api/media?conversation={conversation}&kind=document");
    let upload = Call::file(path, "application/pdf", Bytes::from(vec![b'x'; size]))
        .with("authorization", format!("Bearer {token}"))
        .with("x-parent-origin", PARENT_ORIGIN);
    let uploaded: Value = http.json(&upload).await?;
    let (sends, given) = (scene.graph.sends().len(), scene.graph.uploaded());
    let draft = json!({"content": {"type": "media", "media": uploaded["id"]}});
    let body = json!({"conversation_id": conversation, "client_id": format!("large-{size}"), "draft": draft});
    let _message: Value = http
        .json(&authorised("/api/messages/send_draft", &body, token))
        .await?;
    let began = Instant::now();
    while scene.graph.sends().len() == sends {
        if began.elapsed() > PATIENCE {
            return Err("the document did not go out".into());
        }
        tokio::time::sleep(LOOK).await;
    }
    if scene.graph.uploaded() - given < size {
        return Err("WhatsApp has got a part of the document".into());
    }
    Ok(())
}

/// The conversation that was last written in: the sender's.
async fn conversation(http: &mut Http, token: &str) -> Outcome<String> {
    let list: Value = http.json(&list_call(token, &json!({"limit": 1}))).await?;
    let id = list["items"][0]["id"].as_str();
    Ok(id.ok_or("there is no conversation")?.to_owned())
}
