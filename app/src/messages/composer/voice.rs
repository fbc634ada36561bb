//! Voice notes: recorded in place of the field, then sent, or put among the files to be listened to first.

use crate::attachments::{Kind, Plan};
use crate::browser::{self, Microphone, NoMicrophone};
use crate::drawn::{Drawn, attr_if, drawn, listener, live_on, text};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase, lock};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::{Arc, Mutex};

/// How often the timer is looked at, in milliseconds.
const TICK: u32 = 250;

/// What the button for voice notes is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    /// The browser asks the reader.
    Asking,
    /// For so many seconds.
    Recording(i64),
    Failed(NoMicrophone),
}

/// The recorder of a composer. Cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    inbox: Inbox,
    id: ConversationId,
    state: ArcRwSignal<State>,
    microphone: Arc<Mutex<Option<SendWrapper<Microphone>>>>,
}

impl Recorder {
    /// For a conversation. Whoever leaves it while recording finds the recording among the files.
    pub fn new(inbox: &Inbox, id: &ConversationId) -> Self {
        let recorder = Self {
            inbox: inbox.clone(),
            id: id.clone(),
            state: ArcRwSignal::new(State::Idle),
            microphone: Arc::default(),
        };
        on_cleanup({
            let recorder = recorder.clone();
            move || recorder.stop(false)
        });
        recorder
    }

    /// True while the recording stands in place of the field.
    pub fn is_on(&self) -> bool {
        self.state
            .with(|state| matches!(state, State::Recording(_)))
    }

    fn start(&self) {
        if matches!(
            self.state.get_untracked(),
            State::Asking | State::Recording(_)
        ) {
            return;
        }
        self.state.set(State::Asking);
        let recorder = self.clone();
        browser::spawn(async move {
            let begun = Microphone::record().await;
            // The conversation was left while the browser asked.
            if recorder.state.get_untracked() != State::Asking {
                return;
            }
            // The session ended.
            if !recorder.inbox.has_session() {
                return recorder.state.set(State::Idle);
            }
            match begun {
                Ok(microphone) => {
                    *lock(&recorder.microphone) = Some(SendWrapper::new(microphone));
                    recorder.state.set(State::Recording(0));
                    recorder.count().await;
                }
                Err(reason) => recorder.state.set(State::Failed(reason)),
            }
        });
    }

    async fn count(&self) {
        let from = browser::now();
        while self.is_recording() {
            let seconds = (browser::now() - from) / 1_000;
            if self.state.get_untracked() != State::Recording(seconds) {
                self.state.set(State::Recording(seconds));
            }
            browser::sleep(TICK).await;
        }
    }

    fn is_recording(&self) -> bool {
        lock(&self.microphone).is_some()
    }

    /// Lets the microphone go and forgets the recording.
    fn discard(&self) {
        lock(&self.microphone).take();
        self.state.set(State::Idle);
    }

    /// Ends the recording: among the files, and from there on its way if it is to be sent.
    fn stop(&self, send: bool) {
        let microphone = lock(&self.microphone).take();
        self.state.set(State::Idle);
        let Some(microphone) = microphone else { return };
        let recorder = self.clone();
        browser::spawn(async move {
            let Some(blob) = microphone.take().finish().await else {
                return;
            };
            let (inbox, id) = (&recorder.inbox, &recorder.id);
            inbox.attach(id, String::new(), blob, Plan::Send(Kind::Voice));
            if send {
                inbox.send_files(id, None);
            }
        });
    }

    /// The button, in the place of that which sends.
    pub fn button(&self, hidden: impl FnMut() -> bool + Send + 'static) -> Drawn {
        let phase = self.inbox.phase.clone();
        let recorder = self.clone();
        drawn(view! {
            <button
                type="button"
                class="send"
                data-testid="record"
                aria-label=label(Key::RecordVoice)
                title=label(Key::RecordVoice)
                hidden=attr_if(hidden)
                disabled=attr_if(move || phase.get() != Phase::Ready)
                on:click=listener(move |_| recorder.start())
            >
                {Icon::VOICE.draw()}
            </button>
        })
    }

    /// What stands in place of the field.
    pub fn bar(&self) -> impl IntoView + use<> {
        let recorder = self.clone();
        live_on(
            {
                let recorder = self.clone();
                move || recorder.is_on().then(String::new)
            },
            move |_| {
                let clock = {
                    let recorder = recorder.clone();
                    text(move || recorder.clock())
                };
                let [discard, stop, send] = [recorder.clone(), recorder.clone(), recorder.clone()];
                drawn(view! {
                    <div class="recording" role="group" aria-label=label(Key::Recording) data-testid="recording">
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=label(Key::DiscardRecording)
                            title=label(Key::DiscardRecording)
                            on:click=listener(move |_| discard.discard())
                        >
                            {Icon::CLOSE.draw()}
                        </button>
                        <span class="recording-mark" aria-hidden="true"></span>
                        <span class="recording-time" role="timer">{clock}</span>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=label(Key::StopRecording)
                            title=label(Key::StopRecording)
                            on:click=listener(move |_| stop.stop(false))
                        >
                            {Icon::STOP.draw()}
                        </button>
                        <button
                            type="button"
                            class="send"
                            data-testid="send-recording"
                            aria-label=label(Key::Send)
                            on:click=listener(move |_| send.stop(true))
                        >
                            {Icon::SEND.draw()}
                        </button>
                    </div>
                })
            },
        )
    }

    /// Why there is no recording.
    pub fn trouble(&self) -> impl IntoView + use<> {
        let (inbox, state) = (self.inbox.clone(), self.state.clone());
        let reason = move || {
            let State::Failed(reason) = state.get() else {
                return None;
            };
            let key = match reason {
                NoMicrophone::Denied => Key::MicrophoneDenied,
                NoMicrophone::Missing => Key::MicrophoneMissing,
                NoMicrophone::Unsupported => Key::MicrophoneUnsupported,
            };
            Some(inbox.i18n.text(key).to_owned())
        };
        live_on(reason, |words| {
            drawn(view! { <p class="composer-trouble" role="alert" dir="auto">{words}</p> })
        })
    }

    /// `0:07`, in the reader's digits.
    fn clock(&self) -> String {
        let State::Recording(seconds) = self.state.get() else {
            return String::new();
        };
        let seconds = usize::try_from(seconds).unwrap_or_default();
        let number = |n| self.inbox.i18n.number(n);
        let tens = number(seconds % 60 / 10);
        [&number(seconds / 60), ":", &tens, &number(seconds % 10)].concat()
    }
}
