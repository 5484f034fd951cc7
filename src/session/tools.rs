//! The tools of a conversation, done in the store. Bound to one tenant and, where there is one, to one
//! call: a model can ask for nothing beyond them.

use std::sync::{Arc, Mutex, PoisonError};

use agents::tools::{
    AppointmentFact, AvailabilityQuery, Booking, LocalTime, NoteForStaff, ToolAnswer, ToolBackend,
    ToolFailure, ToolRequest,
};
use chrono::{DateTime, Duration, NaiveTime, Utc};
use futures_util::future::BoxFuture;
use store::{
    Store, StoreError, TenantScope, TenantTx,
    appointment::{Appointment, BookError, NewAppointment, SlotQuery, SlotStep},
    call::{CallOutcome, CallRef},
    message::NewMessage,
};
use tenant_config::{
    hours::BusinessHours,
    id::{AppointmentId, ServiceId},
    phone::E164,
};

use crate::clock::Clock;

/// A conversation's tools.
pub struct StoreTools {
    pub store: Store,
    pub clock: Clock,
    /// The tenant, and who acts.
    pub scope: TenantScope,
    /// `None` in a conversation by text.
    pub call: Option<CallRef>,
    pub hours: BusinessHours,
    pub caller: Option<E164>,
    /// What the conversation has achieved so far.
    pub outcome: Arc<Mutex<Option<CallOutcome>>>,
}

/// An outage, or a booking that could not be made.
enum Trouble {
    Store(StoreError),
    Book(BookError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BookError> for Trouble {
    fn from(error: BookError) -> Self {
        Self::Book(error)
    }
}

impl ToolBackend for StoreTools {
    fn run(&self, request: ToolRequest) -> BoxFuture<'_, Result<ToolAnswer, ToolFailure>> {
        let tool = request.tool();
        Box::pin(async move {
            self.answer(request).await.map_err(|trouble| {
                let detail = match trouble {
                    Trouble::Store(error) => error.to_string(),
                    Trouble::Book(error) => error.to_string(),
                };
                ToolFailure { tool, detail }
            })
        })
    }
}

impl StoreTools {
    async fn answer(&self, request: ToolRequest) -> Result<ToolAnswer, Trouble> {
        match request {
            ToolRequest::CheckAvailability(query) => self.availability(&query).await,
            ToolRequest::BookAppointment(booking) => self.book(booking).await,
            ToolRequest::FindAppointments { phone, name } => {
                self.find(&phone, name.as_deref()).await
            }
            ToolRequest::MoveAppointment { id, starts_at } => self.move_to(id, starts_at).await,
            ToolRequest::CancelAppointment { id } => self.cancel(id).await,
            ToolRequest::TakeMessage(note) => self.take_message(note).await,
            ToolRequest::TransferCall { .. } => {
                self.achieve(CallOutcome::Transferred);
                Ok(ToolAnswer::Transferring)
            }
            ToolRequest::EndCall => Ok(ToolAnswer::Ending),
        }
    }

    async fn tx(&self) -> Result<TenantTx, StoreError> {
        self.store.tenant(&self.scope).await
    }

    fn local(&self, at: DateTime<Utc>) -> LocalTime {
        LocalTime::of(at, self.hours.timezone)
    }

    fn achieve(&self, outcome: CallOutcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }

    async fn availability(&self, query: &AvailabilityQuery) -> Result<ToolAnswer, Trouble> {
        let mut tx = self.tx().await?;
        let (from, until) = self.window(query);
        let slots = self
            .free(&mut tx, query.service_id, from, until, SLOTS_SEARCHED)
            .await?;
        let mut slots: Vec<LocalTime> = slots.into_iter().map(|at| self.local(at)).collect();
        slots.retain(|slot| query.admits(*slot));
        slots.truncate(SLOTS_TOLD);
        let alternatives = if slots.is_empty() {
            self.next_free(&mut tx, query.service_id, from.min(until))
                .await?
        } else {
            Vec::new()
        };
        tx.commit().await?;
        Ok(ToolAnswer::Slots {
            service: query.service.clone(),
            slots,
            alternatives,
        })
    }

    /// The instants between which an answer can lie.
    fn window(&self, query: &AvailabilityQuery) -> (DateTime<Utc>, DateTime<Utc>) {
        let now = self.clock.now();
        let zone = self.hours.timezone;
        let instant = |time: LocalTime| time.instant(zone).ok();
        let from = instant(query.not_before).unwrap_or(now).max(now);
        let Some(date) = query.date else {
            return (from, from + Duration::days(DAYS_SEARCHED));
        };
        // Midnight may not exist on a day on which the clocks change; noon always does.
        let noon = date.and_time(NaiveTime::MIN) + Duration::hours(12);
        let noon = instant(LocalTime::new(noon)).unwrap_or(from);
        (
            from.max(noon - Duration::hours(13)),
            noon + Duration::hours(13),
        )
    }

    async fn free(
        &self,
        tx: &mut TenantTx,
        service_id: ServiceId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DateTime<Utc>>, BookError> {
        let hours = &self.hours;
        let step = SlotStep::HalfHour;
        tx.free_slots(&SlotQuery {
            service_id,
            from,
            until,
            hours,
            step,
            limit,
        })
        .await
    }

    /// The next free starts, whatever was asked for.
    async fn next_free(
        &self,
        tx: &mut TenantTx,
        service: ServiceId,
        from: DateTime<Utc>,
    ) -> Result<Vec<LocalTime>, BookError> {
        let from = from.max(self.clock.now());
        let until = from + Duration::days(DAYS_SEARCHED);
        let slots = self.free(tx, service, from, until, ALTERNATIVES).await?;
        Ok(slots.into_iter().map(|at| self.local(at)).collect())
    }

    async fn book(&self, booking: Booking) -> Result<ToolAnswer, Trouble> {
        let Some(phone) = booking.phone else {
            return Ok(ToolAnswer::Refused {
                field: "phone".into(),
                expected: "a phone number, such as +19185550100: the caller's own is not known"
                    .into(),
            });
        };
        let mut tx = self.tx().await?;
        let new = NewAppointment {
            service_id: booking.service_id,
            starts_at: booking.starts_at,
            customer_name: booking.name.clone(),
            phone,
            call: self.call,
            notes: None,
        };
        let booked = match tx.book(&new, self.clock.now()).await {
            Ok(booked) => booked,
            Err(error) => {
                return self
                    .refusal(tx, error, booking.service_id, booking.starts_at)
                    .await;
            }
        };
        tx.commit().await?;
        self.achieve(CallOutcome::AppointmentScheduled);
        Ok(ToolAnswer::Booked(AppointmentFact {
            appointment_id: booked.id,
            service: booked.service_name,
            starts_at: self.local(booked.starts_at),
            name: booking.name,
        }))
    }

    /// Why a time cannot be had, with times that can.
    async fn refusal(
        &self,
        mut tx: TenantTx,
        error: BookError,
        service: ServiceId,
        wanted: DateTime<Utc>,
    ) -> Result<ToolAnswer, Trouble> {
        let starts_at = self.local(wanted);
        match error {
            BookError::Taken => {
                let alternatives = self.next_free(&mut tx, service, wanted).await?;
                Ok(ToolAnswer::Taken {
                    starts_at,
                    alternatives,
                })
            }
            BookError::Closed => {
                let alternatives = self.next_free(&mut tx, service, wanted).await?;
                Ok(ToolAnswer::Closed {
                    starts_at,
                    alternatives,
                })
            }
            BookError::Past => Ok(ToolAnswer::Past { starts_at }),
            BookError::UnknownAppointment => Ok(ToolAnswer::NotFound),
            BookError::UnknownService | BookError::Store(_) => Err(error.into()),
        }
    }

    /// A number proves who somebody is only when they call from it: whoever asks about another
    /// one must also know the surname, and hears of no appointment under a different one.
    async fn find(&self, phone: &E164, name: Option<&str>) -> Result<ToolAnswer, Trouble> {
        let is_own = self.caller.as_ref() == Some(phone);
        if !is_own && name.is_none() {
            return Ok(ToolAnswer::Refused {
                field: "name".into(),
                expected: "the surname on the appointment: the caller does not call from this \
                           number"
                    .into(),
            });
        }
        let mut tx = self.tx().await?;
        let found = tx.appointments_of(phone, self.clock.now()).await?;
        tx.commit().await?;
        let appointments = found
            .iter()
            .map(|appointment| self.fact(appointment))
            .filter(|fact| is_own || name.is_some_and(|name| fact.is_under(name)))
            .collect();
        Ok(ToolAnswer::Appointments { appointments })
    }

    fn fact(&self, appointment: &Appointment) -> AppointmentFact {
        AppointmentFact {
            appointment_id: appointment.id,
            service: appointment.service_name.clone(),
            starts_at: self.local(appointment.starts_at),
            name: appointment.customer_name.clone(),
        }
    }

    async fn move_to(
        &self,
        id: AppointmentId,
        starts_at: DateTime<Utc>,
    ) -> Result<ToolAnswer, Trouble> {
        let mut tx = self.tx().await?;
        let Some(old) = tx.appointment(id).await? else {
            return Ok(ToolAnswer::NotFound);
        };
        let moved = match tx.move_appointment(id, starts_at, self.clock.now()).await {
            Ok(moved) => moved,
            Err(error) => return self.refusal(tx, error, old.service_id, starts_at).await,
        };
        tx.commit().await?;
        self.achieve(CallOutcome::AppointmentMoved);
        let starts_at = self.local(moved.starts_at);
        Ok(ToolAnswer::Moved(AppointmentFact {
            starts_at,
            ..self.fact(&old)
        }))
    }

    async fn cancel(&self, id: AppointmentId) -> Result<ToolAnswer, Trouble> {
        let mut tx = self.tx().await?;
        let Some(old) = tx.appointment(id).await? else {
            return Ok(ToolAnswer::NotFound);
        };
        if !tx.cancel_appointment(id, self.clock.now()).await? {
            return Ok(ToolAnswer::NotFound);
        }
        tx.commit().await?;
        self.achieve(CallOutcome::AppointmentCancelled);
        Ok(ToolAnswer::Cancelled(self.fact(&old)))
    }

    async fn take_message(&self, note: NoteForStaff) -> Result<ToolAnswer, Trouble> {
        let mut tx = self.tx().await?;
        let message = NewMessage {
            name: note.name,
            phone: note.phone.or_else(|| self.caller.clone()),
            text: note.text,
            call: self.call,
        };
        tx.take_message(&message).await?;
        tx.commit().await?;
        self.achieve(CallOutcome::MessageTaken);
        Ok(ToolAnswer::MessageTaken)
    }
}

/// How far ahead a time is looked for when none was named.
const DAYS_SEARCHED: i64 = 60;
const SLOTS_SEARCHED: usize = 400;
/// All of a day's half hours.
const SLOTS_TOLD: usize = 48;
const ALTERNATIVES: usize = 3;
