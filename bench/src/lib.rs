//! A caller: plays Twilio over real sockets.
