// What was typed and is on its way to Python.

const RETRY = 1500; // milliseconds until something typed is sent again, if nothing has come back

/** Sends what was typed with all that Python has not confirmed: two events that meet on their way become one. */
class Outbox {
  constructor(send) {
    this.send = send;
    this.serial = 0;
    this.pending = [];
  }

  submit(event, item) {
    this.serial += 1;
    this.pending.push({ id: this.serial, ...item });
    this.deliver(event);
  }

  deliver(event) {
    clearTimeout(this.retry);
    if (!this.pending.length) return;
    this.send(event, this.pending);
    this.retry = setTimeout(() => this.deliver(event), RETRY);
  }

  /** Python has taken all up to a number. */
  confirm(seen) {
    this.serial = Math.max(this.serial, seen);
    this.pending = this.pending.filter((item) => item.id > seen);
  }
}
