//! Which objects of a sample are dictionaries. Takes the type of a body and its text; returns JSON pointers, sorted, or nothing for
//! a text that is no JSON. The checker adds an unknown member of any kind to every object but these: a new key of a dictionary has
//! a value like the others.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write as _};

use apidoc_model::Api;
use apidoc_model::api::{ModelId, Type};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The types of the fields of all models that hold more than one value, by name.
pub(super) struct Fields<'a>(HashMap<&'a ModelId, HashMap<&'a str, &'a Type>>);

impl<'a> Fields<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let models = api.models.iter().map(|(id, model)| {
            let fields = model.fields.iter().filter(|field| holds_more(&field.ty));
            let fields = fields.map(|field| (field.name.as_str(), &field.ty));
            (id, fields.collect())
        });
        Self(models.collect())
    }

    /// Pointers of the dictionaries in a body of this type.
    pub(super) fn dictionaries(&self, ty: &Type, body: &str) -> serde_json::Result<Vec<String>> {
        let (mut pointer, mut found) = (String::new(), Vec::new());
        let walk = Walk {
            fields: self,
            ty: Some(ty),
            pointer: &mut pointer,
            found: &mut found,
        };
        walk.deserialize(&mut serde_json::Deserializer::from_str(body))?;
        found.sort();
        Ok(found)
    }
}

/// A walk through a text along its type; what has none is passed over.
struct Walk<'a, 'w> {
    fields: &'a Fields<'a>,
    ty: Option<&'a Type>,
    pointer: &'w mut String,
    found: &'w mut Vec<String>,
}

impl<'a> Walk<'a, '_> {
    /// One level further, at the end of the pointer.
    fn inner(&mut self, ty: Option<&'a Type>) -> Walk<'a, '_> {
        Walk {
            fields: self.fields,
            ty,
            pointer: self.pointer,
            found: self.found,
        }
    }

    /// The fields of the object that is here, if it has a type.
    fn model(&self) -> Option<&'a HashMap<&'a str, &'a Type>> {
        match self.ty? {
            Type::Model(id) => self.fields.0.get(id),
            _ => None,
        }
    }
}

/// A key, borrowed where nothing in it is escaped.
#[derive(Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

fn holds_more(ty: &Type) -> bool {
    matches!(ty, Type::Array(_) | Type::Map(_) | Type::Model(_))
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.ty {
            Some(Type::Array(_) | Type::Map(_) | Type::Model(_)) => {
                deserializer.deserialize_any(self)
            }
            _ => deserializer.deserialize_ignored_any(IgnoredAny).map(drop),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut walk = self;
        let length = walk.pointer.len();
        let inner = match walk.ty {
            Some(Type::Array(inner)) => Some(&**inner),
            _ => None,
        };
        let mut index = 0_usize;
        loop {
            let _ = write!(walk.pointer, "/{index}");
            let item = items.next_element_seed(walk.inner(inner))?;
            walk.pointer.truncate(length);
            if item.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut walk = self;
        if matches!(walk.ty, Some(Type::Map(_))) {
            walk.found.push(walk.pointer.clone());
        }
        let (model, length) = (walk.model(), walk.pointer.len());
        while let Some(Key(key)) = members.next_key()? {
            let ty = match walk.ty {
                Some(Type::Map(inner)) => Some(&**inner),
                _ => model.and_then(|fields| fields.get(&*key).copied()),
            };
            if !ty.is_some_and(holds_more) {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            walk.pointer.push('/');
            walk.pointer
                .push_str(&key.replace('~', "~0").replace('/', "~1"));
            members.next_value_seed(walk.inner(ty))?;
            walk.pointer.truncate(length);
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
