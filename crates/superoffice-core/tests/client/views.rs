//! What was read in part or in translation is not written back by accident, however it was read and wherever it stands in a body.

use serde_json::Value;
use superoffice_core::archive::Page;
use superoffice_core::{Body, Client, Error, Extra, Map, Patch, Request, View, model};

use crate::server::{LIST, POST, PUT, Received, Reply, Server, json};

#[derive(Clone, Default, PartialEq)]
struct Category {
    id: Option<i32>,
    name: Option<String>,
    parent: Option<Box<Category>>,
    extra: Extra,
}

#[derive(Clone, Default, PartialEq)]
struct Save {
    category: Option<Category>,
    list: Option<Vec<Category>>,
    extra: Extra,
}

model! {
    Category { 0 id "Id", 1 name "Name", 2 parent "Parent" }
    Save { 0 category "Category", 1 list "List" }
}

const CATEGORY: &str = r#"{"Id":1,"Name":"n","Parent":{"Id":2},"New":7}"#;

/// Answers reads of lists with a list, of maps with a map, and everything else with one category.
fn server() -> Server {
    Server::start(|received: &Received, _| {
        let body = match received.line() {
            line if line.contains("kind=list") => format!("[{CATEGORY},null,{CATEGORY}]"),
            line if line.contains("kind=map") => format!(r#"{{"k":{CATEGORY}}}"#),
            _ => CATEGORY.to_owned(),
        };
        Reply::Bytes(json("200 OK", body))
    })
}

fn save<'c>(client: &'c Client, body: &Category) -> Request<'c, ()> {
    client.request::<()>(PUT).json(body)
}

async fn one<'c>(request: Request<'c, Option<Category>>) -> Category {
    request.await.unwrap().unwrap()
}

fn is_partial<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::PartialWrite { operation }) if operation.starts_with("Thing_"))
}

fn is_translated<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::TranslatedWrite { operation }) if operation.starts_with("Thing_"))
}

#[tokio::test]
async fn what_is_whole_is_saved() {
    let server = server();
    let client = server.client();
    let category = one(client.request(LIST)).await;
    assert!(!category.extra.is_partial() && !category.extra.is_translated());
    save(&client, &category).await.unwrap();
    let untranslated = one(client.request(LIST).untranslated()).await;
    save(&client, &untranslated).await.unwrap();
    let received = server.received();
    assert!(received[1].body == CATEGORY.as_bytes() && received[3].body == CATEGORY.as_bytes());
}

/// A language of the client, of the builder and of the call; the type is the caller's choice.
#[tokio::test]
async fn a_translation_is_not_saved() {
    let server = server();
    let client = server.client();
    let built = server.builder().language("sv").build().unwrap();
    let swedish = client.with_language("sv");
    let call = client
        .request::<Option<Category>>(LIST)
        .language("sv")
        .returning::<Option<Category>>();
    let view = client.request::<Option<Category>>(LIST).language("sv");
    let through_view = view.await.unwrap().unwrap().get().clone();
    for category in [
        one(swedish.request(LIST)).await,
        one(built.request(LIST)).await,
        one(call).await,
        through_view,
    ] {
        assert!(category.extra.is_translated() && !category.extra.is_partial());
        let sent = server.received().len();
        // Through a client without a language, where nothing else would notice.
        let refused = save(&client, &category).await;
        assert!(is_translated(&refused), "{refused:?}");
        assert_eq!(server.received().len(), sent);
        save(&client, &category).untranslated().await.unwrap();
        let mut said = category.clone();
        said.extra.assume_complete();
        assert_eq!(said, category, "where it came from makes no difference");
        save(&client, &said).await.unwrap();
        assert_eq!(server.received()[sent + 1].body, CATEGORY.as_bytes());
    }
}

/// The items of a list whose length or order has changed are sent, also those that nobody has touched.
#[tokio::test]
async fn a_difference_writes_no_items_back_that_were_read_in_part_or_in_translation() {
    let lists =
        format!(r#"{{"List":[{CATEGORY},{{"Id":3,"Name":"m"}}],"Names":["a","b"],"Ids":[1,2]}}"#);
    let server = Server::always(json("200 OK", lists));
    let client = server.client();
    let read = || client.request::<Option<Save>>(LIST);
    let whole = read().await.unwrap().unwrap();
    let part = read().select(["List"]).await.unwrap().unwrap();
    let translated = read().language("sv").await.unwrap().unwrap();
    let table = [
        (&whole, true, true),
        (part.get(), false, true),
        (translated.get(), false, false),
    ];
    for (before, objects, texts) in table {
        let allowed = |change: fn(&mut Save)| {
            let mut after = before.clone();
            change(&mut after);
            let patches = [Patch::diff, Patch::diff_with_tests].map(|diff| diff(before, &after));
            patches.map(|patch| patch.is_ok())
        };
        let names = |after: &mut Save| drop(after.extra.insert("Names", ["c"].as_slice()));
        let turned = |after: &mut Save| drop(after.extra.insert("Names", ["b", "a"].as_slice()));
        let ids = |after: &mut Save| drop(after.extra.insert("Ids", [3].as_slice()));
        assert_eq!(
            allowed(|after| drop(after.list.as_mut().unwrap().pop())),
            [objects; 2]
        );
        assert_eq!(
            allowed(|after| after.list.as_mut().unwrap().reverse()),
            [objects; 2]
        );
        assert_eq!(allowed(names), [texts; 2]);
        assert_eq!(allowed(turned), [texts; 2]);
        assert_eq!(allowed(ids), [true; 2]);
        assert_eq!(allowed(|after| after.list = Some(Vec::new())), [true; 2]);
        assert_eq!(
            allowed(|after| after.list.as_mut().unwrap()[0].id = Some(9)),
            [true; 2]
        );
    }
}

#[tokio::test]
async fn a_part_is_not_saved() {
    let server = server();
    let client = server.client();
    let select = || client.request::<Option<Category>>(LIST).select(["Name"]);
    let view = select().await.unwrap().unwrap();
    for category in [
        view.get().clone(),
        one(select().returning()).await,
        one(client.request(LIST).query("$select", "Name")).await,
        one(client.request(LIST).query("$Select", "Name")).await,
    ] {
        assert!(category.extra.is_partial());
        let refused = save(&client, &category).await;
        assert!(is_partial(&refused), "{refused:?}");
        // Saying that it is not translated says nothing about what is missing.
        let refused = save(&client, &category).untranslated().await;
        assert!(is_partial(&refused), "{refused:?}");
        // A difference changes only what is different.
        let mut after = category.clone();
        after.name = Some("other".to_owned());
        let patch = Patch::diff(&category, &after).unwrap();
        client.request::<()>(PUT).patch(&patch).await.unwrap();
        // One that would empty what was not asked for is none.
        let whole: Category = serde_json::from_str(CATEGORY).unwrap();
        assert!(Patch::diff(&whole, &category).is_err());
        assert!(Patch::diff_with_tests(&whole, &category).is_err());
        assert!(Patch::diff(&category, &whole).is_ok());
        // A call that only reads may be given anything.
        client
            .request::<()>(POST.safe())
            .json(&category)
            .await
            .unwrap();
    }
    save(&client, &view.assume_complete()).await.unwrap();
    let received = server.received();
    let saved = received.last().map(|received| received.body.as_slice());
    assert_eq!(saved, Some(CATEGORY.as_bytes()));
}

#[tokio::test]
async fn a_view_is_found_wherever_it_stands_in_a_body() {
    let server = server();
    let client = server.client();
    let swedish = client.with_language("sv");
    let list = swedish.request::<Option<Vec<Category>>>(LIST);
    let list = list.query("kind", "list").await.unwrap().unwrap();
    let map = swedish.request::<Option<Map<Category>>>(LIST);
    let map = map.query("kind", "map").await.unwrap().unwrap();
    let last = list[2].clone();
    assert!(
        list.iter().all(|item| item.extra.is_translated())
            && map.get("k").unwrap().extra.is_translated()
    );
    let wrapped = Save {
        category: Some(last.clone()),
        ..Save::default()
    };
    let listed = Save {
        list: Some(vec![Category::default(), last.clone()]),
        ..Save::default()
    };
    let inside = Category {
        parent: Some(Box::new(last)),
        ..Category::default()
    };
    let post = || client.request::<()>(POST);
    for refused in [
        post().json(&wrapped).await,
        post().json(&listed).await,
        post().json(&inside).await,
        post().json(&map).await,
        post().json(&list).await,
    ] {
        assert!(is_translated(&refused), "{refused:?}");
    }
    // The last body counts.
    post().json(&list).json(&Category::default()).await.unwrap();
    // Printing is not sending, and takes nothing from the next body.
    serde_json::to_string(&list).unwrap();
    post().json(&Category::default()).await.unwrap();
}

/// What one part says of itself, another one beside it does not take back.
#[tokio::test]
async fn two_parts_are_no_whole() {
    let server = server();
    let client = server.client();
    let part = || async { one(client.request(LIST).query("$select", "Name")).await };
    let (first, second) = (part().await, part().await);
    let both = Save {
        list: Some(vec![first.clone(), second]),
        ..Save::default()
    };
    let refused = client.request::<()>(POST).json(&both).await;
    assert!(is_partial(&refused), "{refused:?}");
    let translated = one(client.with_language("sv").request(LIST)).await;
    let mixed = Save {
        category: Some(first),
        list: Some(vec![translated]),
        ..Save::default()
    };
    let refused = client.request::<()>(POST).json(&mixed).untranslated().await;
    assert!(is_partial(&refused), "{refused:?}");
}

/// Nothing came, but it was no `null`.
#[tokio::test]
async fn an_empty_part_is_an_empty_object() {
    let server = Server::always(json("200 OK", "{}"));
    let part: Category = one(server.client().request(LIST).query("$select", "Name")).await;
    assert!(part.extra.is_partial());
    assert_eq!(serde_json::to_string(&part).unwrap(), "{}");
}

/// The rows of a list are read one by one, after their page, and from links that the service has made.
#[tokio::test]
async fn a_row_of_a_list_remembers_what_it_was_asked_for() {
    let server = Server::start(|received: &Received, _| {
        let next = match received.line() {
            line if line.contains("skip=2") => "null",
            line if line.contains("skip=1") => r#""/api/v1/Thing?skip=2""#,
            _ => r#""/api/v1/Thing?%24Select=Name&skip=1""#,
        };
        let body = format!(r#"{{"odata.nextLink":{next},"value":[{CATEGORY},{CATEGORY}]}}"#);
        Reply::Bytes(json("200 OK", body))
    });
    let client = server.client();
    let list = || client.request::<Option<Page>>(LIST);
    let rows = async |request: Request<'_, Option<Page>>| {
        let (mut rows, mut items) = (Vec::new(), request.items::<Category>());
        while let Some(row) = items.next().await {
            rows.push(row.unwrap());
        }
        assert_eq!(rows.len(), 6);
        rows
    };
    for part in [list().select(["Name"]), list().query("$SELECT", "Name")] {
        for row in rows(part).await {
            assert!(row.extra.is_partial() && !row.extra.is_translated());
            let refused = save(&client, &row).await;
            assert!(is_partial(&refused), "{refused:?}");
        }
    }
    for row in rows(list().language("sv")).await {
        assert!(row.extra.is_translated());
        assert!(!row.parent.as_ref().unwrap().extra.is_translated());
        let refused = save(&client, &row).untranslated().await;
        assert_eq!(row.extra.is_partial(), is_partial(&refused), "{refused:?}");
        let refused = save(&client, &row).await;
        assert!(
            is_translated(&refused) || is_partial(&refused),
            "{refused:?}"
        );
    }
    // The link of this server narrows what the first call has asked for as a whole.
    let narrowed: Vec<bool> = rows(list())
        .await
        .iter()
        .map(|row| row.extra.is_partial())
        .collect();
    assert_eq!(narrowed, [false, false, true, true, true, true]);
}

/// Only the root remembers; what a later answer brings is not marked by an earlier one.
#[tokio::test]
async fn marks_do_not_spread() {
    let server = server();
    let client = server.client();
    let swedish = client.with_language("sv");
    let category = one(swedish.request(LIST)).await;
    let parent = category.parent.unwrap();
    assert!(!parent.extra.is_translated());
    save(&client, &parent).await.unwrap();
    // An answer that cannot be read leaves nothing behind.
    let failed = swedish
        .request::<Option<Vec<Category>>>(LIST)
        .await
        .unwrap_err();
    assert!(matches!(failed, Error::Decode(_)));
    let whole = one(client.request(LIST)).await;
    assert!(!whole.extra.is_translated());
    let read: Category = serde_json::from_str(CATEGORY).unwrap();
    assert!(!read.extra.is_translated() && !read.extra.is_partial());
}

/// Untyped JSON remembers nothing; the client with a language still refuses it.
#[tokio::test]
async fn a_client_with_a_language_writes_no_json() {
    let server = server();
    let swedish = server.client().with_language("sv");
    let value = swedish.request::<Option<Value>>(LIST).await.unwrap();
    let refused = swedish.request::<()>(PUT).json(&value).await;
    assert!(is_translated(&refused), "{refused:?}");
    // JSON is JSON, whoever has written it and however that is spelled.
    let sent = server.received().len();
    for media_type in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json;a=b",
    ] {
        let body = Body::from(CATEGORY).with_media_type(media_type.parse().unwrap());
        let typed = swedish.request::<()>(PUT).binary(body);
        let said = swedish.request::<()>(PUT).binary(CATEGORY);
        let hidden = swedish.request::<()>(PUT).json(&value);
        for request in [
            typed,
            said.header("Content-Type", media_type),
            hidden.header("Content-Type", "text/plain"),
        ] {
            let refused = request.await;
            assert!(is_translated(&refused), "{media_type}: {refused:?}");
        }
    }
    assert_eq!(server.received().len(), sent);
    let bytes = swedish.request::<()>(PUT).binary(CATEGORY).await;
    assert!(bytes.is_ok(), "{bytes:?}");
    // A language that the call says itself has not been forgotten; what a model remembers holds all the same.
    let asked = swedish.request::<Option<Category>>(PUT).json(&value);
    let asked = asked.language("sv").await;
    assert!(asked.is_ok(), "{asked:?}");
    let category = one(swedish.request(LIST)).await;
    let saved = swedish.request::<Option<Category>>(PUT).json(&category);
    let refused = saved.language("sv").await;
    assert!(is_translated(&refused), "{refused:?}");
}

#[tokio::test]
async fn nulls_of_a_list_come_back_as_nulls() {
    let server = server();
    let client = server.client();
    let list = client.request::<Option<Vec<Category>>>(LIST);
    let mut list = list.query("kind", "list").await.unwrap().unwrap();
    assert_eq!((list.len(), &list[1]), (3, &Category::default()));
    let body = Save {
        list: Some(list.clone()),
        ..Save::default()
    };
    client.request::<()>(POST).json(&body).await.unwrap();
    let sent = server.received().pop().unwrap().body;
    let expected = format!(r#"{{"List":[{CATEGORY},null,{CATEGORY}]}}"#);
    assert_eq!(String::from_utf8(sent).unwrap(), expected);
    // What is set in it is sent.
    list[1].id = Some(3);
    let text = serde_json::to_string(&list[1]).unwrap();
    assert_eq!(text, r#"{"Id":3}"#);
    let views = client
        .request::<Option<Vec<Category>>>(LIST)
        .query("kind", "list")
        .select(["Id"]);
    let views: Vec<View<Category>> = views.await.unwrap().unwrap();
    assert_eq!(views[1].get(), &Category::default());
}
