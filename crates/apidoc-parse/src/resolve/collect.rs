//! Takes the drafts of all trees and returns the [`Program`]: every table, type word and sample attached to the node it
//! speaks of. Tables come first, so that samples find the names that tables give to their fields. Refuses nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use apidoc_model::api::Type;
use apidoc_model::{Code, Diagnostic, FileId};

use crate::draft::{Draft, Row, Sample, SampleBody};
use crate::json::Json;
use crate::operation::named;

use super::dictionary::is_dictionary;
use super::operations::{has_body, is_patch};
use super::placeholder::{Placeholders, Source};
use super::program::{Editions, Key, NodeId, Place, Program, Said, Side};
use super::spelling::Spellings;
use crate::vocabulary::Word;

/// Fields that every carrier has, the type inside them, and whether it is inside a dictionary.
pub(super) const INFRASTRUCTURE_TYPES: [(&str, &str, bool); 3] = [
    ("TableRight", "TableRight", false),
    ("FieldProperties", "FieldProperty", true),
    ("FieldRight", "FieldRight", false),
];

/// Builds the program. Keys of samples that no table spells in their way are reported, once for each page.
pub(super) fn collect<'a>(
    editions: &[Editions<'a>],
    orphans: &[&'a Draft],
    placeholders: &Placeholders,
) -> (Program<'a>, Vec<Diagnostic>) {
    let mut collector = Collector {
        program: Program::default(),
        placeholders,
        tabled: HashSet::new(),
        spellings: Spellings::default(),
        misspelled: BTreeMap::new(),
    };
    let pages: Vec<(NodeId, &'a Draft)> = collector.operation_nodes(editions, orphans);
    for (node, draft) in &pages {
        collector.tables(*node, draft);
    }
    for (node, draft) in &pages {
        collector.samples(*node, draft);
    }
    let diagnostics = collector.misspelled.into_values().collect();
    (collector.program, diagnostics)
}

struct Collector<'a, 'p> {
    program: Program<'a>,
    placeholders: &'p Placeholders,
    /// The slots of bodies that have a table of their own.
    tabled: HashSet<(NodeId, &'static str)>,
    /// The names that the tables of a node give to its fields, where samples do not give the same.
    spellings: Spellings<'a>,
    /// The pages whose samples spell them in another way.
    misspelled: BTreeMap<FileId, Diagnostic>,
}

impl<'a> Collector<'a, '_> {
    /// Every page of every tree with the operation it describes; older pages without a newer one are evidence too.
    fn operation_nodes(
        &mut self,
        editions: &[Editions<'a>],
        orphans: &[&'a Draft],
    ) -> Vec<(NodeId, &'a Draft)> {
        let mut pages = Vec::new();
        for edition in editions {
            let node = self
                .program
                .node(Key::Operation(edition.newest.id.value.clone()));
            pages.extend(edition.all().map(|draft| (node, draft)));
        }
        for draft in orphans {
            pages.push((
                self.program.node(Key::Operation(draft.id.value.clone())),
                draft,
            ));
        }
        pages.sort_by_key(|(_, draft)| draft.tree);
        pages
    }

    fn tables(&mut self, node: NodeId, draft: &'a Draft) {
        if let Some(request) = draft.request.as_ref().filter(|_| !is_patch(draft)) {
            let place = Place {
                draft,
                side: Side::Request,
            };
            let kind = request.kind.as_ref().map_or("", |kind| kind.value.as_str());
            let words = if kind.is_empty() {
                body_word(request.table.is_some()).into_iter().collect()
            } else {
                let table = request.table.as_deref();
                body_words([kind], table, draft.request_sample.as_ref())
            };
            self.body(
                node,
                place,
                words,
                request.named.as_ref().map(|n| n.value.as_str()),
                request.table.as_deref(),
            );
        }
        if has_body(draft) {
            let response = &draft.response;
            let place = Place {
                draft,
                side: Side::Response,
            };
            let words = self.response_words(draft);
            self.body(
                node,
                place,
                words,
                response.named.as_ref().map(|n| n.value.as_str()),
                response.table.as_deref(),
            );
        }
    }

    /// The words of a response: its heading and its body line, where they are words. Beside a name that may be believed, an
    /// `object` is one of that type.
    fn response_words(&self, draft: &Draft) -> Vec<Word> {
        let response = &draft.response;
        let texts = [&response.label, &response.kind].into_iter().flatten();
        let texts = texts.map(|text| text.value.as_str());
        let table = response.table.as_deref();
        let mut words = body_words(texts, table, draft.response_sample.as_ref());
        let is_believed = |word: &Word| match word {
            Word::Name(name) => {
                let holders = holders(draft);
                self.placeholders
                    .believed(draft.tree, Source::Label, name, &holders)
            }
            _ => false,
        };
        if table.is_none() && words.iter().any(is_believed) {
            words.retain(|word| *word != Word::Dictionary);
        }
        words
    }

    /// A body is a slot of its operation: its words, the name that the prose gives it, and its table as a type of its own.
    fn body(
        &mut self,
        node: NodeId,
        place: Place<'a>,
        words: Vec<Word>,
        named: Option<&str>,
        table: Option<&'a [Row]>,
    ) {
        let slot_name = place.side.name();
        // A table says what a word does not.
        let words = words
            .into_iter()
            .filter(|word| table.is_none() || *word != Word::Open);
        let prose = named.map(|name| (Word::Name(name.to_owned()), true));
        for (word, from_prose) in words.map(|word| (word, false)).chain(prose) {
            self.say(
                node,
                slot_name,
                Said {
                    word,
                    place,
                    row: None,
                    from_prose,
                },
            );
        }
        let Some(table) = table else { return };
        self.tabled.insert((node, slot_name));
        let inside = self.inside(node, slot_name);
        self.program.get_mut(inside).tables.push((table, place));
        for row in table {
            for word in Word::read(&row.ty.value) {
                let said = Said {
                    word: in_a_field(word),
                    place,
                    row: Some(row),
                    from_prose: false,
                };
                self.say(inside, &row.name.value, said);
            }
            if let Some(name) = named_in_prose(row) {
                let said = Said {
                    word: Word::Name(name),
                    place,
                    row: Some(row),
                    from_prose: true,
                };
                self.say(inside, &row.name.value, said);
            }
        }
    }

    fn say(&mut self, node: NodeId, slot: &'a str, said: Said<'a>) {
        self.infrastructure(node, slot);
        let named = match &said.word {
            Word::Name(name) if self.is_believed(&said, slot, name) => Some(name.clone()),
            _ => None,
        };
        let dictionary = matches!(said.word, Word::Dictionary);
        let slot_ref = self.program.slot_mut(node, slot);
        slot_ref.said.push(said);
        if dictionary {
            slot_ref.becomes_dictionary();
        } else if let (Some(name), None, false) = (named, slot_ref.inside, slot_ref.dictionary) {
            let inside = self.program.node(Key::Named(name));
            self.program.slot_mut(node, slot).inside = Some(inside);
        }
    }

    fn is_believed(&self, said: &Said<'_>, slot: &str, name: &str) -> bool {
        let draft = said.place.draft;
        let (field, body) = ([slot], holders(draft));
        let holders: &[&str] = if said.row.is_some() { &field } else { &body };
        self.placeholders
            .believed(draft.tree, source(said), name, holders)
    }

    /// Makes sure that a slot exists, and that the fields which every carrier has are of the types that every carrier gives
    /// them.
    fn infrastructure(&mut self, node: NodeId, slot: &'a str) {
        let target = self.program.slot_mut(node, slot);
        let Some((_, name, dictionary)) = INFRASTRUCTURE_TYPES
            .iter()
            .find(|(field, ..)| *field == slot)
        else {
            return;
        };
        if target.inside.is_none() {
            target.dictionary = *dictionary;
            let inside = self.program.node(Key::Named((*name).to_owned()));
            self.program.slot_mut(node, slot).inside = Some(inside);
        }
    }

    /// The node of the objects in a slot, made without a name if no page has named it.
    fn inside(&mut self, node: NodeId, slot: &'a str) -> NodeId {
        if let Some(inside) = self.program.inside(node, slot) {
            return inside;
        }
        let inside = self.program.node(Key::Inside(node, slot.to_owned()));
        self.program.slot_mut(node, slot).inside = Some(inside);
        inside
    }

    fn samples(&mut self, node: NodeId, draft: &'a Draft) {
        let request = draft
            .request_sample
            .as_ref()
            .filter(|_| !is_patch(draft) && draft.request.is_some());
        let response = draft.response_sample.as_ref().filter(|_| has_body(draft));
        for (side, sample) in [(Side::Request, request), (Side::Response, response)] {
            if let Some(SampleBody::Json(json, _)) = sample.map(|sample| &sample.body) {
                self.sample(node, side.name(), json, Place { draft, side });
            }
        }
    }

    fn sample(&mut self, node: NodeId, slot: &'a str, json: &'a Json, place: Place<'a>) {
        if !matches!(json, Json::Null) {
            self.program.slot_mut(node, slot).add_sample(json, place);
            self.objects(node, slot, json, place);
        }
    }

    /// Finds the objects in a value of a slot and attaches their entries to the type inside the slot.
    fn objects(&mut self, node: NodeId, slot: &'a str, json: &'a Json, place: Place<'a>) {
        match json {
            Json::Array(items) => items
                .iter()
                .for_each(|item| self.objects(node, slot, item, place)),
            Json::Object(entries) if self.is_dictionary(node, slot, entries) => {
                self.program.becomes_dictionary(node, slot);
                entries
                    .iter()
                    .for_each(|(_, value)| self.values(node, slot, value, place));
            }
            Json::Object(entries)
                if !entries.is_empty() && !self.is_strange(node, slot, entries) =>
            {
                self.fields(node, slot, entries, place);
            }
            _ => {}
        }
    }

    /// Whether the tables of the type that a row names for the slot know none of the entries: those are of another type, and would
    /// be fields of that one everywhere.
    fn is_strange(&self, node: NodeId, slot: &str, entries: &[(String, Json)]) -> bool {
        let slot = self.program.slot(node, slot);
        let named = slot.and_then(|slot| self.program.labelled(slot));
        named.is_some_and(|named| named.is_strange_to(entries))
    }

    fn fields(
        &mut self,
        node: NodeId,
        slot: &'a str,
        entries: &'a [(String, Json)],
        place: Place<'a>,
    ) {
        let inside = self.inside(node, slot);
        let spellings = self.other_spellings(inside, entries);
        for (key, value) in entries {
            let name = spellings.get(key.as_str()).copied();
            if let Some(name) = name {
                self.misspelled(key, name, place);
            }
            let name = name.unwrap_or(key);
            self.infrastructure(inside, name);
            self.sample(inside, name, value, place);
        }
    }

    /// The keys that are no names in the tables of the node, with the names that they mean and that are no keys as well.
    fn other_spellings(
        &mut self,
        node: NodeId,
        entries: &'a [(String, Json)],
    ) -> HashMap<&'a str, &'a str> {
        let keys = || entries.iter().map(|(key, _)| key.as_str());
        let names = self.program.get(node);
        let strange = names.without_row(keys());
        let other = |key| Some((key, self.spellings.other((node, names), key)?));
        let mut found: HashMap<&str, &str> = strange.filter_map(other).collect();
        if !found.is_empty() {
            let present: HashSet<&str> = keys().collect();
            found.retain(|_, name| !present.contains(name));
        }
        found
    }

    fn misspelled(&mut self, key: &str, name: &str, place: Place<'a>) {
        self.misspelled.entry(place.draft.file).or_insert_with(|| {
            let message = format!("`{key}` is `{name}` in the table");
            Diagnostic::new(Code::OtherSpelling, place.sample_span(), message)
        });
    }

    /// The values of a dictionary; dictionaries of dictionaries are not looked into.
    fn values(&mut self, node: NodeId, slot: &'a str, value: &'a Json, place: Place<'a>) {
        match value {
            Json::Array(items) => items
                .iter()
                .for_each(|item| self.values(node, slot, item, place)),
            Json::Object(entries) if !entries.is_empty() && !is_dictionary(slot, entries) => {
                self.fields(node, slot, entries, place)
            }
            _ => {}
        }
    }

    /// What a table says is stronger than what keys look like, where it is the body's own or knows any of them; another one that
    /// knows none is of another type.
    fn is_dictionary(&mut self, node: NodeId, slot: &str, entries: &[(String, Json)]) -> bool {
        let known = self
            .program
            .slot(node, slot)
            .is_some_and(|slot| slot.dictionary);
        known
            || (is_dictionary(slot, entries) && !self.is_in_table(node, slot, entries))
            || self.is_mislabelled(node, slot, entries)
    }

    /// Whether a row gives the slot a name that mostly stands for dictionaries, and the tables of that name know none of the
    /// entries: written samples of dictionaries have keys that look like names of properties.
    fn is_mislabelled(&self, node: NodeId, slot: &str, entries: &[(String, Json)]) -> bool {
        let said = self.program.slot(node, slot).map(|slot| slot.said.iter());
        let mislabels = |said: &Said<'_>| match (&said.word, said.row) {
            (Word::Name(name), Some(_)) => {
                let (tree, side) = (said.place.draft.tree, said.place.side);
                self.placeholders.is_of_dictionaries(tree, side, name)
                    && !self.is_believed(said, slot, name)
                    && self.is_strange_to(name, entries)
            }
            _ => false,
        };
        said.is_some_and(|mut said| said.any(mislabels))
    }

    fn is_strange_to(&self, name: &str, entries: &[(String, Json)]) -> bool {
        let named = self.program.find(&Key::Named(name.to_owned()));
        named.is_some_and(|named| self.program.get(named).is_strange_to(entries))
    }

    fn is_in_table(&mut self, node: NodeId, slot: &str, entries: &[(String, Json)]) -> bool {
        if self.tabled.contains(&(node, slot)) {
            return true;
        }
        let keys = entries.iter().map(|(key, _)| key.as_str());
        let Some(inside) = self.program.inside(node, slot) else {
            return false;
        };
        let inside = (inside, self.program.get(inside));
        self.spellings.knows_any(inside, keys)
    }
}

/// The type that the description of a row names, where its cell is blank.
pub(super) fn named_in_prose(row: &Row) -> Option<String> {
    row.ty.value.is_empty().then(|| named(&row.doc))?
}

/// What a word stands in.
fn source(said: &Said<'_>) -> Source {
    match (said.from_prose, said.row, said.place.side) {
        (true, ..) => Source::Prose,
        (false, None, Side::Request) => Source::Heading,
        (false, None, Side::Response) => Source::Label,
        (false, Some(_), side) => Source::Field(side),
    }
}

/// What may say the name of the type of a body.
fn holders(draft: &Draft) -> [&str; 2] {
    [&draft.name, &draft.group]
}

/// What bytes and lists of values are inside JSON.
fn in_a_field(word: Word) -> Word {
    match word {
        Word::Bytes => Word::Exact(Type::Base64),
        Word::Enumeration => Word::Exact(Type::String),
        word => word,
    }
}

/// A request body says its type with its table alone.
fn body_word(has_table: bool) -> Option<Word> {
    has_table.then_some(Word::Blank)
}

/// The words of a body. An `object` with a table is a type, one without a table, or whose sample has other keys than the
/// table, is a dictionary.
fn body_words<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    table: Option<&[Row]>,
    sample: Option<&Sample>,
) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for word in texts.into_iter().flat_map(Word::read) {
        let word = match word {
            Word::Dictionary if !is_dictionary_body(table, sample) => Word::Blank,
            word => word,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn is_dictionary_body(table: Option<&[Row]>, sample: Option<&Sample>) -> bool {
    let Some(table) = table else {
        return true;
    };
    match sample.map(|sample| &sample.body) {
        Some(SampleBody::Json(Json::Object(entries), _)) => {
            let lower = str::to_ascii_lowercase;
            let names: HashSet<String> = table.iter().map(|row| lower(&row.name.value)).collect();
            let mut keys = entries.iter().map(|(key, _)| lower(key));
            !entries.is_empty() && keys.all(|key| !names.contains(&key))
        }
        _ => false,
    }
}
