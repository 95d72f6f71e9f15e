package dev.pale.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.system.Processes;
import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A signal between the start of a child and the moment that Pale looks after it is not lost. */
class ChildSignalsTest {
  private final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();

  private final ChildSignals.Target child =
      new ChildSignals.Target() {
        @Override
        public void send(int signal) {
          sent.add(signal);
        }

        @Override
        public boolean terminalSends(int signal) {
          return signal == Signals.TSTP;
        }

        @Override
        public void terminalChanged() {}
      };

  @Test
  void a_signal_that_comes_before_the_child_is_known_reaches_it_once() throws Exception {
    ChildSignals signals = ChildSignals.listen(SignalState.DEFAULT);
    try {
      Signals.send(Processes.pid(), Signals.ALRM);
      assertThat(sent.poll(300, TimeUnit.MILLISECONDS)).as("nobody to send it to yet").isNull();
      signals.handOn(child, SignalState.DEFAULT);
      assertThat(sent.poll(10, TimeUnit.SECONDS)).isEqualTo(Signals.ALRM);
      assertThat(sent.poll(100, TimeUnit.MILLISECONDS)).as("once").isNull();
    } finally {
      signals.stop();
    }
  }

  @Test
  void a_signal_that_comes_later_reaches_it_once() throws Exception {
    ChildSignals signals = ChildSignals.listen(SignalState.DEFAULT);
    try {
      signals.handOn(child, SignalState.DEFAULT);
      Signals.send(Processes.pid(), Signals.ALRM);
      assertThat(sent.poll(10, TimeUnit.SECONDS)).isEqualTo(Signals.ALRM);
      assertThat(sent.poll(100, TimeUnit.MILLISECONDS)).as("once").isNull();
    } finally {
      signals.stop();
    }
  }
}
