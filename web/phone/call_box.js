// The calls before me and what I type of each. Typed words go to the server as they are typed; what it has not confirmed
// also lies in this tab's session storage, so that a reload, a dead network or an expired sign-in loses nothing.
const PREFIX = "halfsky.call.";
const QUIET = 250; // milliseconds without a key before the words are sent and read

export default {
  template: `
    <section class="phone-box" aria-label="来电登记">
      <div class="call-tabs">
        <div class="call-list" role="tablist" aria-label="正在接的电话">
          <button v-for="one in calls" :key="one.id" type="button" role="tab" :id="'call-tab-' + one.id"
                  :class="['call-tab', {on: one.id === active, danger: one.level}]" :aria-selected="one.id === active"
                  aria-controls="call-panel" :tabindex="one.id === active ? 0 : -1" @click="pick(one.id)"
                  @keydown.left.prevent="step(-1, true)" @keydown.right.prevent="step(1, true)">
            <span class="call-name">{{ one.name }}</span>
            <span class="number">{{ one.masked || "没有号码" }}</span>
            <span v-if="one.level" class="tag tag-danger">{{ one.level }}</span>
            <span v-else-if="one.silent" class="tag tag-call">没有声音</span>
            <span class="soft">{{ one.id === active ? "正在记" : "先放着" }}</span>
          </button>
        </div>
        <button type="button" :class="['btn', {'btn-main': !current}]" @click="act('answer')">新来电<kbd>Alt+N</kbd></button>
        <button type="button" class="btn btn-quiet" aria-haspopup="dialog" @click="tell('help')">快捷键<kbd>?</kbd></button>
      </div>
      <div v-if="current" id="call-panel" role="tabpanel" :aria-labelledby="'call-tab-' + active">
        <div class="call-who">
          <label class="call-number">来电号码
            <input ref="number" v-model="typed" type="tel" autocomplete="off" maxlength="40" aria-describedby="number-hint"
                   :placeholder="current.masked || '可不留'" @blur="give" @keydown.enter.prevent="given" @keydown.esc="out" />
          </label>
          <span id="number-hint" class="hint">{{ current.masked ? "已记 " + current.masked + "，加密保存" : "记下后马上遮住" }}</span>
          <button v-if="current.same" type="button" class="btn small" @click="act('earlier')">
            同号来电 {{ current.same }} 次…<kbd>Alt+R</kbd>
          </button>
        </div>
        <textarea ref="area" v-model="texts[active]" :maxlength="longest" rows="10" spellcheck="false" class="call-text"
                  aria-label="她说的事，边听边记" placeholder="边听边记，尽量用她的原话。先问安不安全；姓名可以不说。"
                  @input="wrote" @keydown.esc="out"></textarea>
        <div class="call-acts" role="toolbar" aria-label="这通电话">
          <button type="button" :class="['btn', current.level && !current.ticket ? 'btn-alarm' : 'btn-main']" @click="act('open')">
            {{ current.ticket ? "补进工单" : current.rings ? "开单并告警" : "开单" }}<kbd>Ctrl+Enter</kbd>
          </button>
          <button type="button" class="btn" @click="act('back')">约回拨…<kbd>Alt+C</kbd></button>
          <button type="button" class="btn" :aria-pressed="current.silent" @click="act('silent')">没有声音<kbd>Alt+M</kbd></button>
          <button type="button" class="btn" @click="act('mark')">标为危险…<kbd>Alt+A</kbd></button>
          <span class="saved" aria-live="polite">{{ status[active] || "" }}</span>
          <span class="grow"></span>
          <button type="button" class="btn" @click="act('end')">结束通话…<kbd>Alt+G</kbd></button>
        </div>
      </div>
      <p v-else class="call-none">没有正在接的电话。来电时按 Alt+N 开始记；写下的每个字都会马上保存。</p>
    </section>`,
  props: { calls: Array, active: Number, seat: Number, longest: Number },
  data() {
    return { texts: {}, status: {}, typed: "", timers: {}, turns: {} };
  },
  computed: {
    current() {
      return this.calls.find((one) => one.id === this.active);
    },
  },
  created() {
    const own = PREFIX + this.seat + ".";
    Object.keys(window.sessionStorage)
      .filter((key) => key.startsWith(PREFIX) && !key.startsWith(own))
      .forEach((key) => window.sessionStorage.removeItem(key));
    this.know();
  },
  mounted() {
    window.addEventListener("halfsky-phone", this.asked);
  },
  unmounted() {
    window.removeEventListener("halfsky-phone", this.asked);
  },
  watch: {
    calls: "know",
    active() {
      this.typed = "";
    },
  },
  methods: {
    know() {
      const ids = this.calls.map((one) => one.id);
      Object.keys(this.texts)
        .filter((id) => !ids.includes(Number(id)))
        .forEach((id) => {
          window.clearTimeout(this.timers[id]);
          window.sessionStorage.removeItem(this.key(id));
          delete this.texts[id];
        });
      for (const one of this.calls) {
        if (one.id in this.texts) continue;
        const left = window.sessionStorage.getItem(this.key(one.id));
        const lost = left !== null && left !== one.text;
        this.texts[one.id] = lost ? left : one.text;
        this.status[one.id] = lost ? "已恢复" : one.text ? "已保存" : "";
        if (lost) this.later(one.id, 50);
        else window.sessionStorage.removeItem(this.key(one.id)); // the server has it, its word of it was lost on the way
      }
    },
    key(id) {
      return PREFIX + this.seat + "." + id;
    },
    wrote() {
      window.sessionStorage.setItem(this.key(this.active), this.texts[this.active]);
      this.status[this.active] = "…";
      this.later(this.active, QUIET);
    },
    later(id, wait) {
      window.clearTimeout(this.timers[id]);
      this.timers[id] = window.setTimeout(() => this.save(id), wait);
    },
    save(id) {
      window.clearTimeout(this.timers[id]);
      this.turns[id] = (this.turns[id] || 0) + 1;
      this.$emit("draft", { call: id, text: this.texts[id], turn: this.turns[id] });
    },
    confirm(id, turn) {
      if (turn !== this.turns[id] || !(id in this.texts)) return;
      window.sessionStorage.removeItem(this.key(id));
      this.status[id] = this.texts[id].trim() ? "已保存" : "";
    },
    give() {
      if (!this.typed.trim()) return;
      this.$emit("number", { call: this.active, number: this.typed });
      this.typed = "";
    },
    given() {
      this.give();
      this.write();
    },
    pick(id) {
      if (id !== this.active) this.$emit("pick", { call: id });
    },
    step(by, stay) {
      if (this.calls.length < 2) return;
      const at = this.calls.findIndex((one) => one.id === this.active);
      const next = this.calls[(at + by + this.calls.length) % this.calls.length].id;
      this.pick(next);
      if (stay) this.$nextTick(() => document.getElementById("call-tab-" + next)?.focus());
    },
    act(name) {
      if (name !== "answer" && !this.current) return;
      if (this.current) this.give();
      window.clearTimeout(this.timers[this.active]);
      this.turns[this.active] = (this.turns[this.active] || 0) + 1;
      this.$emit(name, { call: this.active, text: this.texts[this.active] || "", turn: this.turns[this.active] });
    },
    asked(event) {
      const name = event.detail;
      if (name === "next" || name === "previous") this.step(name === "next" ? 1 : -1, false);
      else if (name === "number") this.$refs.number?.focus();
      else if (name === "write") this.write();
      else if (["answer", "open", "back", "silent", "mark", "dismiss", "earlier", "end"].includes(name)) this.act(name);
    },
    tell(name) {
      window.dispatchEvent(new CustomEvent("halfsky-phone", { detail: name }));
    },
    write() {
      this.$nextTick(() => this.$refs.area?.focus());
    },
    out(event) {
      if (!event.isComposing) event.target.blur();
    },
  },
};
