//! What a tenant chose: ids, IVR mode, menus, hours, voice. Parsing only, no I/O.
