//! The phrases that tell an intent, in whole words; `|` parts them.

use super::intents::Intent;

/// In the order in which several wants of one transcript are taken.
pub(super) const PHRASES: [(Intent, &str); 19] = [
    (
        Intent::Book,
        "book|schedule|evening appointments|morning appointments|afternoon appointments|\
         make an appointment|need an appointment|want an appointment|\
         like an appointment|an appointment for|get an appointment|\
         have an appointment for|set up|come in|see the dentist|see the doctor|\
         see a dentist|see a doctor|see someone|do you have anything|have anything|\
         any appointments|any times|what times do you have|get in|reserve|availability|\
         available|openings|opening|open slot|any slots|anything free|anything open|\
         a new appointment|new appointment|appointment please|arrange an appointment|\
         an appointment|fit me in|squeeze me in",
    ),
    (
        Intent::Move,
        "reschedule|rebook|rescheduled|rescheduling|move my|move the|move it to|\
         move an appointment|change my appointment|change the appointment|\
         change the time of|change the date of|change my booking|postpone|push back my|\
         push my|switch my|different time for my appointment|bring forward my|\
         change an appointment|move our|change it to|need to change it|want to change it|\
         like to change it",
    ),
    (
        Intent::Cancel,
        "cancel|canceled|cancelled|canceling|cancelling|cancellation|call off|\
         can't make it|cannot make it|can't make my|won't be able to make|\
         not going to make it|can't come|delete my appointment|drop my appointment",
    ),
    (
        Intent::Lookup,
        "when is my|when's my|what time is my|what time's my|what day is my|\
         do i have an appointment|do i have any appointments|do i have a|\
         confirm my appointment|check my appointment|my next appointment|\
         what appointments|which appointments|when am i|remind me when|look up my|\
         have an appointment already|when was my",
    ),
    (
        Intent::Robot,
        "are you a robot|are you a real|are you real|are you human|are you a human|\
         are you a person|are you an ai|are you ai|is this a robot|is this a recording|\
         are you a machine|are you a computer|is this a real person|talking to a robot|\
         talking to a machine|is this a machine|is this an ai|are you a bot|is this a bot|\
         who am i speaking|who am i talking|who is this|who are you|what's your name|\
         what is your name|talking to a real",
    ),
    (
        Intent::Message,
        "leave a message|take a message|a message|call me back|callback|call back|\
         give me a call|have someone call|pass on|let them know|tell the doctor|\
         tell the dentist|tell them|leave word",
    ),
    (
        Intent::Person,
        "a human|real person|a person|actual person|speak to someone|speak with someone|\
         talk to someone|talk with someone|representative|operator|front desk|\
         the receptionist|the manager|a manager|put me through|transfer me|connect me|\
         speak to the|speak with the|talk to the|talk to a|speak to a|speak with a|\
         speak to dr|speak with dr|somebody real|someone else|speak to somebody|\
         talk to somebody|live agent|an agent|human being|human",
    ),
    (
        Intent::Goodbye,
        "bye|goodbye|good bye|bye bye|that's all|that is all|that'll be all|\
         that will be all|nothing else|have a good day|have a great day|have a nice day|\
         hang up|see you|i'm done|talk to you later|no that's it",
    ),
    (
        Intent::Repeat,
        "repeat that|repeat it|say that again|say it again|come again|what was that|\
         what did you say|didn't catch that|didn't hear|can you repeat|could you repeat|\
         please repeat|one more time|didn't get that|pardon",
    ),
    (
        Intent::Help,
        "what can you do|what can i do|my options|the options|what can you help|\
         how does this work|how can you help",
    ),
    (
        Intent::Hold,
        "hold on|one moment|just a moment|just a second|one second|a sec|hang on|\
         wait a minute|give me a second|give me a minute|let me check|let me look|\
         bear with me",
    ),
    (
        Intent::NeverMind,
        "never mind|nevermind|forget it|forget about it|forget that|start over|\
         changed my mind|don't bother",
    ),
    (
        Intent::Hours,
        "hours|open|closed|close|closing|opening hours|opening times|what time do you|\
         open today|open on",
    ),
    (
        Intent::Price,
        "how much|price|prices|pricing|cost|costs|what do you charge|do you charge|\
         expensive|rates|fee|fees",
    ),
    (Intent::Duration, "how long"),
    (
        Intent::Address,
        "where are you|address|located|location|directions|where is the|where's the|\
         find you|where is your|how do i get to you|how do i get there",
    ),
    (
        Intent::Services,
        "what services|which services|services do you|your services|what do you offer|\
         what do you do|what kind of appointments|what treatments|which treatments|\
         what can i book|do you offer",
    ),
    (
        Intent::Greeting,
        "hello|hi|hey|good morning|good afternoon|good evening",
    ),
    (Intent::Thanks, "thank you|thanks|appreciate it"),
];
