// The red bar of every page: rings while an alarm is for this seat, and one key takes it.
const GAP = 1600; // milliseconds between two rings

export default {
  template: `
    <div class="alarms" role="alert" aria-live="assertive">
      <div v-for="one in alarms" :key="one.id" :class="['alarm', one.taken ? 'taken' : 'ringing']">
        <strong>{{ one.level }}</strong>
        <span class="number">{{ one.number }}</span>
        <span>{{ one.words }}</span>
        <span class="grow"></span>
        <button v-if="!one.taken" type="button" class="btn" @click="take(one)">我来接<kbd>F2</kbd></button>
      </div>
      <div v-if="!ready" class="sound-off">
        <span>告警声音和桌面通知还没有开启</span>
        <button type="button" class="link" @click="enable">开启声音</button>
      </div>
    </div>`,
  props: { alarms: Array, watching: Boolean },
  data() {
    return { ready: true, timer: 0, told: [], title: document.title };
  },
  computed: {
    loud() {
      return this.alarms.filter((one) => one.mine && !one.taken);
    },
    open() {
      return this.alarms.filter((one) => !one.taken);
    },
  },
  mounted() {
    document.addEventListener("keydown", this.key, true);
    document.addEventListener("pointerdown", this.wake);
    this.sound = window.AudioContext ? new AudioContext() : null;
    this.check();
    this.$nextTick(this.ring);
  },
  unmounted() {
    document.removeEventListener("keydown", this.key, true);
    document.removeEventListener("pointerdown", this.wake);
    window.clearInterval(this.timer);
    this.sound?.close();
  },
  watch: {
    alarms: "ring",
  },
  methods: {
    check() {
      this.ready = !this.watching || !this.sound || this.sound.state === "running";
    },
    wake() {
      if (this.sound && this.sound.state !== "running") this.sound.resume().then(this.check, () => {});
    },
    enable() {
      this.wake();
      if (window.Notification && Notification.permission === "default") Notification.requestPermission();
      this.beep();
    },
    key(event) {
      this.wake();
      if (!this.open.length || event.repeat) return;
      const typing = event.target.closest && event.target.closest("input, textarea, select, button, a, [contenteditable]");
      if (event.key === "F2" || (event.key === " " && !typing)) {
        event.preventDefault();
        event.stopPropagation();
        this.take(this.loud[0] || this.open[0]);
      }
    },
    take(one) {
      this.$emit("take", { id: one.id });
    },
    ring() {
      window.clearInterval(this.timer);
      document.title = this.loud.length ? "【告警】" + this.title : this.title;
      if (!this.loud.length) return;
      this.loud.forEach(this.tell);
      this.beep();
      this.timer = window.setInterval(this.beep, GAP);
    },
    tell(one) {
      if (this.told.includes(one.id)) return;
      this.told.push(one.id);
      if (window.Notification && Notification.permission === "granted")
        new Notification(one.level, { body: one.number, tag: "halfsky-" + one.id, requireInteraction: true });
    },
    beep() {
      if (!this.sound || this.sound.state !== "running") return;
      const start = this.sound.currentTime;
      [880, 660].forEach((pitch, index) => {
        const tone = this.sound.createOscillator();
        const volume = this.sound.createGain();
        const at = start + index * 0.28;
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0.0001, at);
        volume.gain.exponentialRampToValueAtTime(0.35, at + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.26);
        tone.connect(volume).connect(this.sound.destination);
        tone.start(at);
        tone.stop(at + 0.27);
      });
    },
  },
};
