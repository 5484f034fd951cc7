//! How a tenant is reached and answered: lines, menus, hours.

pub mod hours;
pub mod line;
pub mod line_input;
pub mod menu;
pub mod menu_input;
pub mod number;
pub mod purchase;
pub mod trial;
