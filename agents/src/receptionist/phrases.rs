//! The phrases that tell an intent, in whole words; `|` parts them, `*` is any one word.

use super::intents::Intent;

/// In the order in which several wants of one transcript are taken.
pub(super) const PHRASES: [(Intent, &str); 19] = [
    (
        Intent::Book,
        "book|schedule|evening appointments|morning appointments|afternoon appointments|\
         make an appointment|need an appointment|want an appointment|\
         like an appointment|an appointment for|get an appointment|\
         have an appointment for|set up|set that up|set one up|come in|come by|see the dentist|\
         see the doctor|see a dentist|see a doctor|see someone|see somebody|still open for|still free|room for|see me|see us|\
         do you have anything|have anything|got anything|got any|have something|got something|\
         any appointments|any times|what times do you have|get in|get me in|get us in|get one|\
         have one|reserve|availability|available|openings|an opening|any opening|open slot|\
         any slots|a slot|anything free|anything open|a new appointment|new appointment|\
         appointment please|arrange|an appointment|fit me in|fit us in|squeeze me in|\
         squeeze us in|pencil me in|put me down|put us down|sign me up|sign us up|\
         send someone|send somebody|someone out|somebody out|someone come|\
         somebody come|come out and|someone to look|somebody to look|someone look|somebody look|\
         look at my|look at our|look at the|look at it|look at something|take a look|\
         get it fixed|get it done|get it repaired|needs fixing|need someone|need somebody|\
         how soon can|how soon could|how quick can|how quickly can|how fast can|how early can",
    ),
    (
        Intent::Move,
        "reschedule|rebook|rescheduled|rescheduling|move my|move the|move it to|\
         move an appointment|change my appointment|change the appointment|change my * appointment|change our appointment|\
         change my * booking|change my * visit|\
         change the time|change the date|change my booking|change our|postpone|push back my|\
         push my|push it|push our|switch my|switch our|switch the|bump my|bump it|shift my|\
         swap my|different time for my appointment|bring forward my|bring my * forward|\
         bring it forward|change an appointment|move our|change it to|need to change it|\
         want to change it|like to change it|go from|earlier than planned|later than planned|\
         earlier than we said|later than we said",
    ),
    (
        Intent::Cancel,
        "cancel|canceled|cancelled|canceling|cancelling|cancellation|call off|call it off|\
         can't make it|cannot make it|can't make my|won't be able to make|\
         won't be able to come|not be able to come|not able to come|won't be coming|\
         not going to make it|not gonna make it|can't come|delete my appointment|\
         drop my appointment|scratch my|take me off|take us off|take my name off|\
         name off|remove my",
    ),
    (
        Intent::Lookup,
        "when is my|when's my|when is our|when's our|when was my|when was our|what time is my|\
         what time's my|what time was my|what time is our|what day is my|what day was my|\
         do i have an appointment|do i have any appointments|do i have a|did i have|\
         do i have anything booked|do we have anything booked|do i have anything scheduled|\
         have i got anything|am i booked|am i scheduled|am i down for|are we booked|\
         confirm my appointment|check my appointment|my next appointment|\
         time of my appointment|what appointments|which appointments|when am i|when will i be|when will we be|when do i have|\
         remind me when|look up my|have an appointment already|was the guy coming|\
         is the guy coming|time was the|when was the",
    ),
    (
        Intent::Robot,
        "are you a robot|are you a real|are you real|are you human|are you a human|\
         are you a person|are you an ai|are you ai|you're an ai|you an ai|is this a robot|\
         is this a recording|this a recording|are you a machine|are you a computer|\
         is this a real person|talking to a robot|talking to a machine|talking to a computer|\
         talking to a bot|talking to an ai|talking to a recording|speaking to a robot|\
         speaking to a machine|is this a machine|is this an ai|are you a bot|is this a bot|\
         automated|you're a robot|you're a bot|you're a machine|you a robot|you a bot|\
         who am i speaking|who am i talking|who is this|who's this|who's speaking|who is speaking|who are you|what's your name|\
         what is your name|talking to a real",
    ),
    (
        Intent::Message,
        "leave a message|leave * a message|take a message|a message|call me back|\
         call us back|phone me|phone us|ring us|callback|call back|give me a call|give us a call|give me a ring|\
         ring me|have someone call|have * call me|have * * call me|ask * to call|\
         get back to me|pass on|pass it on|let him know|let her know|let them know|let * know|\
         let the * know|tell the|tell him|tell her|tell them|tell my|ask * to tell|leave word|\
         pass along",
    ),
    (
        Intent::Person,
        "a human|real person|a person|actual person|speak to someone|speak with someone|\
         talk to someone|talk with someone|representative|operator|front desk|\
         the receptionist|the manager|a manager|your manager|your boss|supervisor|\
         put me through|put me on to|transfer me|connect me|\
         speak to the|speak with the|talk to the|talk to a|speak to a|speak with a|\
         speak to dr|speak with dr|speak to doctor|talk to dr|talk to doctor|somebody real|\
         someone else|speak to somebody|speak with somebody|talk to somebody|\
         talk with somebody|live agent|an agent|human being|human|a colleague|\
         customer service|real human",
    ),
    (
        Intent::Goodbye,
        "bye|goodbye|good bye|bye bye|that's all|that is all|that'll be all|\
         that will be all|that's everything|that is everything|that'll do|nothing else|\
         have a good day|have a great day|have a nice day|have a good one|take care|\
         hang up|see you|i'm done|talk to you later|no that's it|that's me sorted|that's me done|all sorted|we're done|good night",
    ),
    (
        Intent::Repeat,
        "repeat that|repeat it|repeat those|say that again|say it again|say those again|\
         those times again|come again|what was that|what were those|what were the times|\
         what did you say|didn't catch that|didn't hear|can you repeat|could you repeat|\
         please repeat|one more time|didn't get that|pardon|missed that|missed it|\
         what day was that|what time was that|which day was that|what date was that|\
         you cut out|cutting out|breaking up|couldn't hear|can't hear you",
    ),
    (
        Intent::Help,
        "what can you do|what can i do|my options|the options|what can you help|\
         how does this work|how can you help|what can you actually|what are you able to",
    ),
    (
        Intent::Hold,
        "hold on|one moment|just a moment|just a second|just a sec|one second|one sec|a sec|\
         just a minute|one minute|two seconds|hang on|\
         wait a minute|give me a second|give me a minute|let me check|let me look|\
         let me get my|let me find|let me grab|bear with me",
    ),
    (
        Intent::NeverMind,
        "never mind|nevermind|forget it|forget about it|forget that|start over|\
         changed my mind|don't bother|don't worry about it|scrap that|scrap it|\
         doesn't matter|does not matter|leave it",
    ),
    (
        Intent::Hours,
        "hours|open|closed|close|closing|opening hours|opening times|what time do you|\
         open today|open on|what time are you|how late are you|are you there on|\
         are you there tonight|are you in on|opening time|closing time",
    ),
    (
        Intent::Price,
        "how much|the damage|price|prices|pricing|cost|costs|what do you charge|do you charge|\
         expensive|rates|fee|fees|what's the charge|set me back|run me|ballpark|\
         for free|free of charge|is it free|is that free|is the * free|are the * free",
    ),
    (
        Intent::Duration,
        "how long|how long's|how long'll|how much time|how many minutes|how many hours",
    ),
    (
        Intent::Address,
        "where are you|address|located|location|directions|where is the|where's the|\
         find you|where is your|how do i get to|how do we get to|how can i get to|how do i get there|whereabouts|\
         where do i go|where do i come",
    ),
    (
        Intent::Services,
        "what services|which services|services do you|your services|what do you offer|\
         what do you do|what kind of appointments|what treatments|which treatments|\
         what can i book|do you offer|what kind of work|what kind of things|kinda stuff|\
         kind of stuff|stuff do you do|things do you do|work do you do",
    ),
    (
        Intent::Greeting,
        "hello|hi|hey|good morning|good afternoon|good evening|how are you|\
         how's it going|how are things|anyone there|anybody there",
    ),
    (Intent::Thanks, "thank you|thanks|appreciate it|cheers"),
];
