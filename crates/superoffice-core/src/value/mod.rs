//! The values of the API that JSON has no type for, each of which keeps exactly what it read: dates as text, constants that are not
//! listed, sets of flags, bytes, maps whose values may be null, fields nobody declared, and the encoding of custom fields.

pub mod base64;
pub mod custom_field;
pub mod date_time;
mod extra;
pub mod flags;
mod map;
pub mod open_enum;

pub use self::base64::Base64;
pub use self::date_time::DateTime;
pub use self::extra::Extra;
pub use self::flags::FlagSet;
pub use self::map::Map;
pub use self::open_enum::{OpenEnum, Unrecognized};
