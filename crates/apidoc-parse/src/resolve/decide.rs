//! Takes one slot with everything that pages say about it and returns its type, with the evidence that decided it. Words
//! beat samples, exact words beat coarse ones, newer pages beat older ones; where nothing tells, the type is left open. Of
//! different exact words of one edition it takes what can hold both, and says that they differ; so it does where a field is
//! called an array or a dictionary and shown as neither.

use apidoc_model::api::{Evidence, Rule, Type};

use super::conflict::Conflict;
use super::form::{infer, is_keys};
use super::older::{believed, is_empty};
use crate::json::Json;

use super::placeholder::is_infrastructure;
use super::program::{Key, Place, Program, Said, Side, Slot};
use super::words::singular;
use crate::vocabulary::Word;

/// What was decided.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) ty: Type,
    pub(super) evidence: Evidence,
    /// The places that do not agree about it.
    pub(super) conflicts: Vec<Conflict>,
}

impl Decision {
    fn new(ty: Type, rule: Rule, place: Option<Place<'_>>, what: &str) -> Self {
        let evidence =
            place.map_or_else(|| Evidence::rule(rule), |place| evidence(rule, place, what));
        Self {
            ty,
            evidence,
            conflicts: Vec::new(),
        }
    }

    /// At the first place that says anything of a slot of this name.
    fn at_first(ty: Type, rule: Rule, slot: &Slot<'_>, name: &str) -> Self {
        let place = slot.said.first().map(|said| said.place);
        Self::new(ty, rule, place, &format!(".{name}"))
    }
}

/// Evidence at a place.
pub(super) fn evidence(rule: Rule, place: Place<'_>, what: &str) -> Evidence {
    Evidence {
        rule,
        page: place.draft.id.value.clone(),
        element: format!("{}{what}", place.side.name()),
    }
}

/// Decides the type of a slot of this name; `object` is the type of the objects inside it, if there are any.
pub(super) fn decide(
    program: &Program<'_>,
    name: &str,
    slot: &Slot<'_>,
    object: Option<Type>,
) -> Decision {
    let (slot, contradiction) = believed(slot, is_hollow(program, slot));
    let object = object.filter(|_| contradiction.is_none() || tells_object(program, &slot));
    let mut decision = by_words_and_samples(program, name, &slot, object);
    if decision.ty.model().is_some() {
        decision.evidence.rule = naming_rule(program, name, &slot, decision.evidence.rule);
    }
    decision.conflicts.extend(contradiction);
    decision
}

/// Whether nothing defines the type that a page names for a slot.
fn is_hollow(program: &Program<'_>, slot: &Slot<'_>) -> bool {
    slot.inside.is_some_and(|inside| {
        let node = program.get(inside);
        node.tables.is_empty() && node.slots.is_empty()
    })
}

/// Whether what is left of a slot that editions contradict each other about tells that there are objects in it.
fn tells_object(program: &Program<'_>, slot: &Slot<'_>) -> bool {
    let names = |said: &Said<'_>| match said.word {
        Word::Name(_) => !is_hollow(program, slot),
        Word::Blank | Word::Dictionary => true,
        _ => false,
    };
    let has_object = |(json, _): &(&Json, Place<'_>)| !dictionaries(json).is_empty();
    slot.said.iter().any(names) || slot.samples.iter().any(has_object)
}

/// What decided the name of the objects inside a slot says more than what decided their form.
fn naming_rule(program: &Program<'_>, name: &str, slot: &Slot<'_>, form: Rule) -> Rule {
    let Some(Key::Named(inside)) = slot.inside.map(|inside| &program.get(inside).key) else {
        return form;
    };
    let labelled = slot
        .said
        .iter()
        .any(|said| matches!(&said.word, Word::Name(word) if word == inside));
    match (labelled, is_infrastructure(name)) {
        (true, _) => form,
        (false, true) => Rule::Infrastructure,
        (false, false) => Rule::FieldSet,
    }
}

fn by_words_and_samples(
    program: &Program<'_>,
    name: &str,
    slot: &Slot<'_>,
    object: Option<Type>,
) -> Decision {
    let object_type = object.clone().unwrap_or(Type::Any);
    if let Some(decision) = contradicted(slot) {
        return decision;
    }
    if let Some(said) = first(slot, |word| matches!(word, Word::Exact(_))) {
        return exact(slot, said);
    }
    let coarse_word = first(slot, |word| matches!(word, Word::Coarse(_)));
    let lists = |said: &&Said<'_>| matches!(said.word, Word::Coarse(Type::Array(_)));
    if let Some(said) = coarse_word.filter(lists) {
        return coarse(slot, said);
    }
    if let Some(said) = first(slot, |word| matches!(word, Word::Array)) {
        return array(name, slot, said, object);
    }
    let is_dictionary = first(slot, |word| matches!(word, Word::Dictionary)).is_some();
    if let Some(said) = coarse_word.filter(|_| !is_dictionary) {
        return coarse(slot, said);
    }
    if slot.dictionary {
        return dictionary(slot, &object_type);
    }
    if is_open(slot) {
        return Decision::at_first(Type::Any, Rule::Unknown, slot, name);
    }
    if has_array_sample(slot) {
        return array_of_samples(name, slot, object);
    }
    if let Some(ty) = object {
        let decision = plural(slot, &ty).unwrap_or_else(|| named(program, slot, ty));
        return unless_strange(program, slot, decision);
    }
    sampled(slot, &object_type)
        .unwrap_or_else(|| Decision::at_first(Type::Any, Rule::Unknown, slot, name))
}

/// Whether pages say nothing but that it can be anything.
fn is_open(slot: &Slot<'_>) -> bool {
    let mut words = slot.said.iter().map(|said| &said.word).peekable();
    words.peek().is_some() && words.all(|word| *word == Word::Open)
}

/// What the newest page says that says anything of the kind.
fn first<'s, 'a>(slot: &'s Slot<'a>, is: impl Fn(&Word) -> bool) -> Option<&'s Said<'a>> {
    slot.said
        .iter()
        .filter(|said| is(&said.word))
        .min_by_key(|said| said.place.draft.tree)
}

fn has_array_sample(slot: &Slot<'_>) -> bool {
    !slot.samples.is_empty()
        && matches!(
            infer(slot.samples.iter().map(|(json, _)| *json), &Type::Any),
            Some(Type::Array(_))
        )
}

fn where_said(said: &Said<'_>) -> String {
    said.row
        .map(|row| format!(".{}", row.name.value))
        .unwrap_or_default()
}

fn declared(said: &Said<'_>, ty: Type) -> Decision {
    let rule = if said.place.draft.tree == 0 {
        Rule::Declared
    } else {
        Rule::OlderDeclared
    };
    Decision::new(ty, rule, Some(said.place), &where_said(said))
}

fn exact(slot: &Slot<'_>, said: &Said<'_>) -> Decision {
    let Word::Exact(ty) = &said.word else {
        return declared(said, Type::Any);
    };
    let mut decision = declared(said, ty.clone());
    let same_edition = |other: &&Said<'_>| other.place.draft.tree == said.place.draft.tree;
    for other in slot.said.iter().filter(same_edition) {
        let held = match &other.word {
            Word::Exact(word) if word != ty => holding_both(&decision.ty, word),
            Word::Dictionary if matches!(ty, Type::Map(_)) => continue,
            // Of what is said in prose or about a whole body, the exact word is believed.
            Word::Array | Word::Name(_) | Word::Dictionary if other.row.is_some() => Type::Any,
            _ => continue,
        };
        decision.ty = held;
        if decision.conflicts.is_empty() {
            let rows = said.row.zip(other.row);
            let conflict = rows.map(|(one, other)| Conflict::Tables(one.ty.span, other.ty.span));
            decision.conflicts.extend(conflict);
        }
    }
    decision
}

/// The narrowest type that loses nothing of either; where two kinds of values have no type in common, any value.
fn holding_both(one: &Type, other: &Type) -> Type {
    let text = |ty: &Type| matches!(ty, Type::String | Type::DateTime | Type::Base64);
    match (one, other) {
        (one, other) if one == other => one.clone(),
        (Type::Int32 | Type::Int64, Type::Int32 | Type::Int64) => Type::Int64,
        (Type::Int32, Type::Double) | (Type::Double, Type::Int32) => Type::Double,
        (one, other) if text(one) && text(other) => Type::String,
        (Type::Array(one), Type::Array(other)) => Type::Array(Box::new(holding_both(one, other))),
        (Type::Map(one), Type::Map(other)) => Type::Map(Box::new(holding_both(one, other))),
        _ => Type::Any,
    }
}

/// A coarse word is narrowed by the form of the samples, where that form is one of its own.
fn coarse(slot: &Slot<'_>, said: &Said<'_>) -> Decision {
    let Word::Coarse(ty) = &said.word else {
        return declared(said, Type::Any);
    };
    let form = infer(slot.samples.iter().map(|(json, _)| *json), &Type::Any);
    match form.filter(|form| is_narrower(form, ty)) {
        Some(ty) => by_sample(slot, ty),
        None => declared(said, ty.clone()),
    }
}

fn is_narrower(form: &Type, than: &Type) -> bool {
    match (than, form) {
        (Type::Array(than), Type::Array(form)) => is_narrower(form, than),
        (Type::String, Type::DateTime | Type::Base64) | (Type::Int32, Type::Int64) => true,
        _ => false,
    }
}

fn by_sample(slot: &Slot<'_>, ty: Type) -> Decision {
    let place = slot
        .samples
        .iter()
        .map(|(_, place)| *place)
        .min_by_key(|place| place.draft.tree);
    let rule = if place.is_some_and(|place| place.draft.tree == 0) {
        Rule::Sample
    } else {
        Rule::OlderSample
    };
    Decision::new(ty, rule, place, " sample")
}

fn sampled(slot: &Slot<'_>, object: &Type) -> Option<Decision> {
    infer(slot.samples.iter().map(|(json, _)| *json), object).map(|ty| by_sample(slot, ty))
}

/// A dictionary to one table and a scalar or an array to another of the same edition: any value, and a conflict.
fn contradicted(slot: &Slot<'_>) -> Option<Decision> {
    let said = first(slot, |word| matches!(word, Word::Dictionary))?;
    let row = said.row?;
    let is_other = |word: &Word| match word {
        Word::Exact(ty) | Word::Coarse(ty) => !matches!(ty, Type::Map(_)),
        word => *word == Word::Array,
    };
    let other = slot.said.iter().find_map(|other| {
        let same_edition = other.place.draft.tree == said.place.draft.tree;
        other.row.filter(|_| same_edition && is_other(&other.word))
    })?;
    let mut decision = declared(said, Type::Any);
    decision.conflicts = vec![Conflict::Tables(row.ty.span, other.ty.span)];
    Some(decision)
}

/// A word, and the first sample that is not what it says: any value, and a conflict. What says nothing is no contradiction
/// here, and the table of a body needs a type whatever the sample shows.
fn shown_otherwise(
    slot: &Slot<'_>,
    said: &Said<'_>,
    object: Option<&Type>,
    is_shown: impl Fn(&Json) -> bool,
) -> Option<Decision> {
    if said.row.is_none() && object.is_some() {
        return None;
    }
    let is_other = |(json, _): &&(&Json, Place<'_>)| !is_empty(json) && !is_shown(json);
    let (_, place) = slot.samples.iter().find(is_other)?;
    let mut decision = declared(said, Type::Any);
    let places = said.span().zip(place.sample_span());
    decision.conflicts = places
        .map(|(word, sample)| Conflict::Sample { word, sample })
        .into_iter()
        .collect();
    Some(decision)
}

fn dictionary(slot: &Slot<'_>, object: &Type) -> Decision {
    let word = first(slot, |word| matches!(word, Word::Dictionary));
    let is_object = |json: &Json| matches!(json, Json::Object(_));
    let contradiction = word.and_then(|said| shown_otherwise(slot, said, None, is_object));
    if let Some(decision) = contradiction {
        return decision;
    }
    let map = Type::Map(Box::new(value_type(slot, object)));
    let samples = slot.samples.iter().map(|(json, _)| *json);
    let ty = match infer(samples, &map) {
        Some(ty) if word.is_none() && ty != Type::Any => ty,
        _ => map,
    };
    let has_object = slot
        .samples
        .iter()
        .any(|(json, _)| !dictionaries(json).is_empty());
    match slot.said.first() {
        Some(said) if !has_object => declared(said, ty),
        _ => by_sample(slot, ty),
    }
}

/// The type of the values of the dictionaries in a slot.
fn value_type(slot: &Slot<'_>, object: &Type) -> Type {
    let values = slot
        .samples
        .iter()
        .flat_map(|(json, _)| dictionaries(json))
        .flatten()
        .map(|(_, value)| value);
    infer(values, object).unwrap_or_else(|| object.clone())
}

/// The dictionaries in a value: the value itself, or the elements of an array.
pub(super) fn dictionaries(json: &Json) -> Vec<&[(String, Json)]> {
    match json {
        Json::Object(entries) => vec![entries],
        Json::Array(items) => items.iter().flat_map(dictionaries).collect(),
        _ => Vec::new(),
    }
}

/// What a page calls an array.
fn array(name: &str, slot: &Slot<'_>, said: &Said<'_>, object: Option<Type>) -> Decision {
    let object = if slot.dictionary {
        let value = value_type(slot, &object.unwrap_or(Type::Any));
        Some(Type::Map(Box::new(value)))
    } else {
        object
    };
    let is_array = |json: &Json| matches!(json, Json::Array(_));
    if let Some(decision) = shown_otherwise(slot, said, object.as_ref(), is_array) {
        return decision;
    }
    let arrays = slot.samples.iter().filter(|(json, _)| is_array(json));
    let arrays = Slot {
        said: slot.said.clone(),
        samples: arrays.copied().collect(),
        ..*slot
    };
    array_of_samples(name, &arrays, object)
}

fn array_of_samples(name: &str, slot: &Slot<'_>, object: Option<Type>) -> Decision {
    let open = Type::Array(Box::new(Type::Any));
    let object_type = object.clone().unwrap_or(Type::Any);
    match sampled(slot, &object_type) {
        Some(decision) if decision.ty != open => decision,
        _ if object.is_some() => {
            let ty = Type::Array(Box::new(object_type));
            Decision::at_first(ty, Rule::Declared, slot, name)
        }
        _ if is_keys(name) => {
            let ty = Type::Array(Box::new(Type::Int32));
            Decision::at_first(ty, Rule::FieldName, slot, name)
        }
        Some(decision) => decision,
        None => Decision::at_first(open, Rule::Unknown, slot, name),
    }
}

/// A request body of which there is nothing but a table of what may be its elements, and a name in the plural.
fn plural(slot: &Slot<'_>, object: &Type) -> Option<Decision> {
    let is_table = |said: &Said<'_>| said.from_prose || said.word == Word::Blank;
    let said = first(slot, |word| *word == Word::Blank)?;
    let request = said.place.draft.request.as_ref()?;
    let is_body = said.row.is_none() && said.place.side == Side::Request;
    let untold = slot.said.iter().all(is_table) && slot.samples.is_empty();
    if !is_body || !untold || singular(&request.name) == request.name {
        return None;
    }
    let ty = Type::Array(Box::new(object.clone()));
    let mut decision = Decision::new(ty, Rule::FieldName, Some(said.place), "");
    decision.conflicts = vec![Conflict::Plural(request.span)];
    Some(decision)
}

/// An object: a label names it, or prose does, or its name is derived.
fn named(program: &Program<'_>, slot: &Slot<'_>, ty: Type) -> Decision {
    let name = slot.inside.map(|inside| &program.get(inside).key);
    let says = |said: &&Said<'_>| matches!((&said.word, name), (Word::Name(word), Some(Key::Named(name))) if word == name);
    let newest = slot
        .said
        .iter()
        .filter(says)
        .min_by_key(|said| (said.from_prose, said.place.draft.tree));
    let Some(said) = newest else {
        let sampled = slot.samples.first().map(|(_, place)| *place);
        let place = slot.said.first().map(|said| said.place).or(sampled);
        return Decision::new(ty, Rule::Derived, place, "");
    };
    let rule = match (said.from_prose, said.place.draft.tree) {
        (true, _) => Rule::Summary,
        (false, 0) => Rule::Label,
        (false, _) => Rule::OlderDeclared,
    };
    Decision::new(ty, rule, Some(said.place), &where_said(said))
}

/// What was decided, unless the type that a row names knows nothing of what samples show: that is a conflict, and any value
/// where no sample shows anything of that type.
fn unless_strange(program: &Program<'_>, slot: &Slot<'_>, decided: Decision) -> Decision {
    let is_label = |word: &Word| matches!(word, Word::Name(_));
    let label = program.labelled(slot).zip(first(slot, is_label));
    let Some((named, said)) = label else {
        return decided;
    };
    let is_strange =
        |json: &Json| matches!(json, Json::Object(entries) if named.is_strange_to(entries));
    let shown = || slot.samples.iter().filter(|(json, _)| !is_empty(json));
    let strange = shown().find(|(json, _)| is_strange(json));
    let Some((label, sample)) = strange.and_then(|(_, place)| said.span().zip(place.sample_span()))
    else {
        return decided;
    };
    let is_borne_out = !shown().all(|(json, _)| is_strange(json));
    let (mut decision, conflict) = if is_borne_out {
        (decided, Conflict::Strange { label, sample })
    } else {
        let word = label;
        let any = declared(said, Type::Any);
        (any, Conflict::Sample { word, sample })
    };
    decision.conflicts.push(conflict);
    decision
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_both_is_the_narrowest_that_loses_nothing() {
        use Type::{Any, Base64, Bool, DateTime, Double, Int32, Int64, String};
        let array = |ty| Type::Array(Box::new(ty));
        let map = |ty| Type::Map(Box::new(ty));
        let table = [
            (Int32, Int32, Int32),
            (Int32, Int64, Int64),
            (Int32, Double, Double),
            // Not every integer of 64 bits is a floating-point number.
            (Int64, Double, Any),
            (String, DateTime, String),
            (Base64, DateTime, String),
            (Bool, Int32, Any),
            (Bool, String, Any),
            (array(Int32), array(Int64), array(Int64)),
            (array(Int32), array(Bool), array(Any)),
            (array(Int32), Int32, Any),
            (map(DateTime), map(String), map(String)),
            (map(Int32), array(Int32), Any),
        ];
        for (one, other, expected) in table {
            assert_eq!(
                holding_both(&one, &other),
                expected,
                "{one:?} and {other:?}"
            );
            assert_eq!(
                holding_both(&other, &one),
                expected,
                "{other:?} and {one:?}"
            );
        }
    }

    #[test]
    fn a_form_is_narrower_than_the_words_that_hide_it() {
        use Type::{Base64, Bool, DateTime, Double, Int32, Int64, String};
        let array = |ty| Type::Array(Box::new(ty));
        // The form, the word, and whether the form counts.
        let table = [
            (DateTime, String, true),
            (Base64, String, true),
            (Int64, Int32, true),
            (String, String, false),
            (Int32, Int64, false),
            (Int32, String, false),
            (Double, Int32, false),
            (Bool, String, false),
            (array(DateTime), array(String), true),
            (array(Int32), array(String), false),
            (array(DateTime), String, false),
        ];
        for (form, than, expected) in table {
            assert_eq!(
                is_narrower(&form, &than),
                expected,
                "{form:?} than {than:?}"
            );
        }
    }

    #[test]
    fn dictionaries_are_found_inside_of_arrays() {
        let count = |text: &str| Json::parse(text).map(|json| dictionaries(&json).len()).ok();
        for (text, expected) in [("{}", 1), ("[{},[{}],1]", 2), ("1", 0), ("[]", 0)] {
            assert_eq!(count(text), Some(expected), "{text}");
        }
    }
}
