//! Takes one slot and returns it without what older editions say of it in contradiction to newer ones, with the places of
//! the first contradiction. Older words and samples may only fill in what newer ones leave open, or narrow it. Refuses nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use apidoc_model::Span;
use apidoc_model::api::Type;

use super::conflict::Conflict;
use super::decide::dictionaries;
use super::field_set::{Kind, form_kind, word_kind};
use super::form::infer;
use super::program::{Form, Said, Slot};
use crate::json::Json;
use crate::vocabulary::Word;

/// The slot as the newest edition lets it be. A name that nothing defines (`is_hollow`) is of the kind that its samples show.
pub(super) fn believed<'s, 'a>(
    slot: &'s Slot<'a>,
    is_hollow: bool,
) -> (Cow<'s, Slot<'a>>, Option<Conflict>) {
    let said = slot.said.iter().map(|said| said.place.draft.tree);
    let shown = slot.samples.iter().map(|(_, place)| place.draft.tree);
    let trees = said.chain(shown);
    let mut others = trees.clone();
    let first = others.next();
    if others.all(|tree| Some(tree) == first) {
        return (Cow::Borrowed(slot), None);
    }
    let trees: BTreeSet<u32> = trees.collect();
    let mut reading = Reading {
        slot,
        is_hollow,
        newest: None,
        shown: None,
        dropped: Dropped::default(),
        conflict: None,
    };
    for tree in trees {
        reading.edition(tree);
    }
    let Reading {
        dropped, conflict, ..
    } = reading;
    if dropped.is_empty() {
        return (Cow::Borrowed(slot), None);
    }
    let is_believed = |said: &&Said<'_>| !dropped.words.contains(&said.place.draft.tree);
    let samples = slot.samples.iter().enumerate();
    let mut believed = Slot {
        said: slot.said.iter().filter(is_believed).cloned().collect(),
        samples: samples
            .filter(|(at, _)| !dropped.samples.contains(at))
            .map(|(_, sample)| *sample)
            .collect(),
        ..*slot
    };
    believed.dictionary &= tells_dictionary(&believed);
    (Cow::Owned(believed), conflict)
}

/// Whether what is left can have told that there are dictionaries in a slot.
fn tells_dictionary(slot: &Slot<'_>) -> bool {
    let is_word = |said: &Said<'_>| said.word == Word::Dictionary;
    let mut samples = slot.samples.iter();
    slot.said.iter().any(is_word) || samples.any(|(json, _)| !dictionaries(json).is_empty())
}

/// The trees whose words, and the positions of the samples, that are not believed.
#[derive(Default)]
struct Dropped {
    words: BTreeSet<u32>,
    samples: BTreeSet<usize>,
}

impl Dropped {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.samples.is_empty()
    }
}

/// A kind, and where it is said or shown.
type Told = (Kind, Option<Span>);

/// What was read, newest edition first.
struct Reading<'s, 'a> {
    slot: &'s Slot<'a>,
    is_hollow: bool,
    /// What the newest edition that says anything says.
    newest: Option<Told>,
    /// The type that the samples of the newest edition that shows anything have.
    shown: Option<Type>,
    dropped: Dropped,
    conflict: Option<Conflict>,
}

impl Reading<'_, '_> {
    fn edition(&mut self, tree: u32) {
        self.words(tree);
        if self.shown.is_none() {
            let shown = self.slot.samples.iter();
            let shown = shown.filter(|(json, place)| place.draft.tree == tree && !is_empty(json));
            self.shown = infer(shown.map(|(json, _)| *json), &Type::Any);
        }
    }

    fn words(&mut self, tree: u32) {
        let said = self.said(tree);
        let Some((newest, newer)) = self.newest else {
            self.newest = said.or_else(|| self.samples_kind(tree));
            return;
        };
        let contradiction =
            said.filter(|(kind, _)| !agree(newest, *kind) || self.is_shown_otherwise(tree));
        if let Some((_, older)) = contradiction {
            self.dropped.words.insert(tree);
            self.contradiction(newer, older);
        }
        let slot = self.slot;
        for (at, (json, place)) in slot.samples.iter().enumerate() {
            if place.draft.tree != tree {
                continue;
            }
            let is_other = form(json).is_some_and(|kind| !are_same(newest, kind));
            let is_shown = self.shown.as_ref().is_none_or(|shown| holds(shown, json));
            if is_other || !is_shown {
                self.contradiction(newer, place.sample_span());
            }
            // What is of another type in an edition shows that type.
            if is_other || !is_shown || contradiction.is_some() {
                self.dropped.samples.insert(at);
            }
        }
    }

    fn contradiction(&mut self, newer: Option<Span>, older: Option<Span>) {
        if let (None, Some(newer), Some(older)) = (&self.conflict, newer, older) {
            self.conflict = Some(Conflict::Editions { newer, older });
        }
    }

    /// The kind that the words of an edition say.
    fn said(&self, tree: u32) -> Option<Told> {
        let is_word = |said: &&Said<'_>| {
            let is_open = matches!(said.word, Word::Blank | Word::Open);
            said.place.draft.tree == tree && !said.from_prose && !is_open
        };
        let words = || self.slot.said.iter().filter(is_word);
        // The name beside an array is that of its elements.
        let array = words().find(|said| word_kind(&said.word) == Some(Kind::Array));
        let said = array.or_else(|| words().next())?;
        let kind = word_kind(&said.word)?;
        let is_name = matches!(said.word, Word::Name(_));
        let shown = self
            .samples_kind(tree)
            .filter(|_| is_name && self.is_hollow);
        Some((shown.map_or(kind, |(kind, _)| kind), said.span()))
    }

    /// The kind that all samples of an edition show.
    fn samples_kind(&self, tree: u32) -> Option<Told> {
        let samples = self.slot.samples.iter();
        let of_tree = samples.filter(|(_, place)| place.draft.tree == tree);
        let mut kinds = of_tree.filter_map(|(json, place)| Some((form(json)?, place)));
        let (kind, place) = kinds.next()?;
        let is_one = kinds.all(|(other, _)| are_same(kind, other));
        is_one.then(|| (kind, place.sample_span()))
    }

    /// Whether a type that an older edition says cannot hold what newer samples show, where newer words are less exact.
    fn is_shown_otherwise(&self, tree: u32) -> bool {
        let (said, samples) = (&self.slot.said, &self.slot.samples);
        let is_exact = |said: &Said<'_>| matches!(said.word, Word::Exact(_));
        let mut newer = said.iter().filter(|said| said.place.draft.tree < tree);
        if newer.any(is_exact) {
            return false;
        }
        let is_held = |ty: &Type| {
            let newer = samples.iter().filter(|(_, place)| place.draft.tree < tree);
            newer.map(|(json, _)| *json).all(|json| holds(ty, json))
        };
        let mut older = said.iter().filter(|said| said.place.draft.tree == tree);
        older.any(|said| match &said.word {
            Word::Exact(ty) | Word::Coarse(ty) => !is_held(ty),
            _ => false,
        })
    }
}

/// The kind of a value that says anything: samples print an empty object for what their generator could not fill.
fn form(json: &Json) -> Option<Kind> {
    form_kind(Form::of(json)).filter(|_| !is_empty(json))
}

/// Whether a sample stopped here.
pub(super) fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether two kinds are the same in JSON.
fn agree(one: Kind, other: Kind) -> bool {
    let is_object = |kind| matches!(kind, Kind::Object | Kind::Dictionary);
    one == other || (is_object(one) && is_object(other))
}

/// Whether they are the same, or both numbers: a sample of a number with a fraction may have none.
fn are_same(one: Kind, other: Kind) -> bool {
    let is_number = |kind| matches!(kind, Kind::Integer | Kind::Float);
    agree(one, other) || (is_number(one) && is_number(other))
}

/// Whether a value has the form of a type; how wide a number is, and what a text means, is not asked.
fn holds(ty: &Type, json: &Json) -> bool {
    match (ty, json) {
        (_, json) if is_empty(json) => true,
        (Type::Array(element), Json::Array(items)) => items.iter().all(|item| holds(element, item)),
        (Type::Map(value), Json::Object(entries)) => {
            entries.iter().all(|(_, item)| holds(value, item))
        }
        (ty, json) => match (word_kind(&Word::Exact(ty.clone())), form(json)) {
            (Some(one), Some(other)) => are_same(one, other),
            _ => true,
        },
    }
}
