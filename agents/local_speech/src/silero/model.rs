//! The Silero network at 8 kHz and what it remembers of each call.

use std::{path::Path, sync::PoisonError};

use ort::session::Session;

use super::{WINDOW, stream::Window};
use crate::{
    LoadError, OnnxRuntime,
    dsp::to_float,
    runtime::{InferenceError, floats, integers, run},
};

/// The network's memory of one call, set anew after each window.
pub(super) struct Memory {
    /// Two layers of 128.
    state: [[f32; UNITS]; 2],
    /// The end of the window before, which precedes each window in the input.
    context: [f32; CONTEXT],
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            state: [[0.0; UNITS]; 2],
            context: [0.0; CONTEXT],
        }
    }
}

pub(super) struct Model {
    session: Session,
}

impl Model {
    pub(super) fn load(runtime: &OnnxRuntime, path: &Path) -> Result<Self, LoadError> {
        Ok(Self {
            session: runtime.session(path)?,
        })
    }

    /// Judges windows of different calls in one run and keeps each call's memory.
    pub(super) fn judge(&mut self, batch: &[Window]) -> Result<Vec<f32>, InferenceError> {
        let count = batch.len();
        let mut input = Vec::with_capacity(count * (CONTEXT + WINDOW));
        let mut state = vec![0.0; 2 * count * UNITS];
        for (row, window) in batch.iter().enumerate() {
            let mut memory = window
                .caller
                .memory
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let samples = to_float(&window.samples);
            input.extend_from_slice(&memory.context);
            input.extend_from_slice(&samples);
            memory.context.copy_from_slice(&samples[WINDOW - CONTEXT..]);
            for (layer, units) in memory.state.iter().enumerate() {
                let at = (layer * count + row) * UNITS;
                state[at..at + UNITS].copy_from_slice(units);
            }
        }
        let inputs = vec![
            floats("input", &[count, CONTEXT + WINDOW], input)?,
            floats("state", &[2, count, UNITS], state)?,
            integers("sr", &[], vec![i64::from(media::frame::SAMPLE_RATE)])?,
        ];
        let [probabilities, state] = run(&mut self.session, inputs, ["output", "stateN"])?;
        if probabilities.len() != count || state.len() != 2 * count * UNITS {
            return Err(InferenceError(format!(
                "{count} windows gave {} probabilities and {} states",
                probabilities.len(),
                state.len()
            )));
        }
        for (row, window) in batch.iter().enumerate() {
            let mut memory = window
                .caller
                .memory
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            for (layer, units) in memory.state.iter_mut().enumerate() {
                let at = (layer * count + row) * UNITS;
                units.copy_from_slice(&state[at..at + UNITS]);
            }
        }
        Ok(probabilities)
    }
}

const UNITS: usize = 128;
const CONTEXT: usize = 32;
