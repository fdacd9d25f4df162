//! The hand-written runtime of the SuperOffice WebAPI SDK.
