// The reply box: typed words go to the server as they are typed. What it has not confirmed yet also lies in this
// tab's session storage, so that a dead network, a crash or an expired sign-in loses nothing; it leaves with the
// confirmation, and at once when somebody else uses this tab.
const PREFIX = "halfsky.reply.";

export default {
  template: `
    <div class="reply" :class="{closed: !open}">
      <textarea ref="area" v-model="text" :placeholder="hint" :maxlength="longest" :disabled="!open" rows="4"
                aria-label="回复" @input="typed" @keydown.ctrl.enter.prevent="send('send')" @keydown.meta.enter.prevent="send('send')"
                @keydown.esc="$refs.area.blur()"></textarea>
      <div class="reply-foot">
        <label v-if="open" class="final"><input type="checkbox" v-model="final" /> 这是办理结果</label>
        <span class="saved" aria-live="polite">{{ status }}</span>
        <span v-if="budget" :class="['budget', {low}]" aria-live="polite">{{ budget }}</span>
        <span class="grow"></span>
        <button v-if="ask" type="button" class="btn" :disabled="!open || !text.trim() || sending" @click="send('ask')">
          {{ ask }}
        </button>
        <button type="button" class="btn btn-main" :disabled="!open || !text.trim() || sending" @click="send('send')">
          {{ label }}<kbd>Ctrl+Enter</kbd>
        </button>
      </div>
    </div>`,
  props: { ticket: Number, seat: Number, value: String, savedAt: Number, open: Boolean, hint: String, label: String, ask: String, budget: String, low: Boolean, longest: Number },
  data() {
    return { text: this.value || "", final: false, status: "", sending: false, timer: 0, turn: 0, saved: 0 };
  },
  computed: {
    key() {
      return PREFIX + this.seat + "." + this.ticket;
    },
  },
  mounted() {
    this.forgetOthers();
    const left = window.sessionStorage.getItem(this.key);
    if (left !== null && left !== this.text) {
      this.text = left;
      this.status = "已恢复";
      this.later(50);
    } else if (this.text) {
      this.status = "已保存";
    }
    this.grow();
  },
  unmounted() {
    window.clearTimeout(this.timer);
  },
  methods: {
    forgetOthers() {
      const own = PREFIX + this.seat + ".";
      Object.keys(window.sessionStorage)
        .filter((key) => key.startsWith(PREFIX) && !key.startsWith(own))
        .forEach((key) => window.sessionStorage.removeItem(key));
    },
    typed() {
      window.sessionStorage.setItem(this.key, this.text);
      this.status = "…";
      this.grow();
      this.later(400);
    },
    later(wait) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(this.save, wait);
    },
    save() {
      this.turn += 1;
      this.$emit("draft", { ticket: this.ticket, text: this.text, turn: this.turn });
    },
    confirm(turn) {
      if (turn !== this.turn) return;
      window.sessionStorage.removeItem(this.key);
      this.status = this.text.trim() ? "已保存" : "";
    },
    send(what) {
      if (!this.open || !this.text.trim() || this.sending) return;
      this.sending = true;
      window.clearTimeout(this.timer);
      this.turn += 1;
      this.$emit(what, { ticket: this.ticket, text: this.text, final: this.final });
      window.setTimeout(() => (this.sending = false), 8000);
    },
    sent(ok) {
      this.sending = false;
      if (!ok) return;
      this.text = "";
      this.final = false;
      this.status = "";
      window.sessionStorage.removeItem(this.key);
      this.grow();
    },
    insert(words) {
      this.text = this.text.trim() ? this.text.trimEnd() + "\n\n" + words : words;
      this.typed();
      this.$refs.area.focus();
    },
    grow() {
      this.$nextTick(() => {
        const area = this.$refs.area;
        area.style.height = "auto";
        area.style.height = Math.min(area.scrollHeight + 2, window.innerHeight * 0.4) + "px";
      });
    },
  },
};
