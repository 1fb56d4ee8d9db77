// The keys of the telephone desk and the overlay that lists them. In a field they need Alt, outside a field the letter alone
// does. None of these letters opens a menu of Chrome, Edge or Firefox, and a Chinese input method that is composing keeps its keys.
const KEYS = [
  ["N", "answer", "新来电"],
  ["J", "next", "换到下一通"],
  ["K", "previous", "换到上一通"],
  ["I", "write", "到记录框"],
  ["P", "number", "到来电号码"],
  ["O", "open", "开单（有危险就告警）；已开单时把新写的补进去"],
  ["C", "back", "约回拨"],
  ["A", "mark", "标为危险、升高级别"],
  ["X", "dismiss", "解除危险信号，写明依据"],
  ["M", "silent", "没有声音（沉默来电）"],
  ["R", "earlier", "同号来电，写明原因再看"],
  ["G", "end", "结束通话，选结果"],
  ["L", "missed", "到未接来电"],
];

// A dialog that is fading away takes no key any more: one pressed then is meant for the desk.
const OPEN = ".q-dialog__inner:not([class*='-leave-active'])";

export default {
  template: `
    <div>
      <div v-if="shown" class="keys-cover" @click.self="close">
        <div ref="sheet" class="keys-sheet" role="dialog" aria-modal="true" aria-labelledby="keys-heading" tabindex="-1"
             @keydown.esc.stop.prevent="close" @keydown.tab.prevent="$refs.done.focus()">
          <div id="keys-heading" class="ask-heading">快捷键</div>
          <p class="hint">在输入框里按 Alt+字母；按 Esc 离开输入框后，直接按字母。正在用输入法选字时不起作用。</p>
          <dl class="keys-table">
            <template v-for="[letter, , words] in keys" :key="letter"><dt><kbd>Alt+{{ letter }}</kbd></dt><dd>{{ words }}</dd></template>
            <dt><kbd>Ctrl+Enter</kbd></dt><dd>开单（有危险就告警）</dd>
            <dt><kbd>1</kbd>–<kbd>8</kbd></dt><dd>结束通话时选结果</dd>
            <dt><kbd>F2</kbd></dt><dd>接手告警</dd>
            <dt><kbd>Alt+/</kbd></dt><dd>这张表（输入框外按 ?）</dd>
          </dl>
          <div class="ask-actions"><button ref="done" type="button" class="btn btn-main" @click="close">关闭</button></div>
        </div>
      </div>
    </div>`,
  data() {
    return { shown: false, keys: KEYS, from: null };
  },
  mounted() {
    document.addEventListener("keydown", this.key);
    window.addEventListener("halfsky-phone", this.asked);
  },
  unmounted() {
    document.removeEventListener("keydown", this.key);
    window.removeEventListener("halfsky-phone", this.asked);
  },
  methods: {
    key(event) {
      if (event.isComposing || event.keyCode === 229 || event.repeat || event.metaKey) return;
      const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
      const dialog = document.querySelector(OPEN);
      if (dialog) {
        if (!typing && /^Digit[1-9]$|^Numpad[1-9]$/.test(event.code) && !event.altKey && !event.ctrlKey)
          dialog.querySelector(".outcomes")?.querySelectorAll("button")[Number(event.code.slice(-1)) - 1]?.click();
        return;
      }
      if (this.shown) return;
      const name = this.named(event, typing);
      if (!name) return;
      event.preventDefault();
      window.dispatchEvent(new CustomEvent("halfsky-phone", { detail: name }));
    },
    named(event, typing) {
      if (event.ctrlKey) return event.code === "Enter" && !event.altKey && !event.shiftKey ? "open" : "";
      if (event.code === "Slash" && (event.altKey || (event.shiftKey && !typing))) return "help";
      if (event.shiftKey || (typing && !event.altKey)) return "";
      return KEYS.find(([letter]) => event.code === "Key" + letter)?.[1] || "";
    },
    asked(event) {
      if (event.detail === "help") this.open();
      if (event.detail === "missed")
        document.querySelector(".missed .row-acts button, .missed button")?.focus();
    },
    open() {
      this.from = document.activeElement;
      this.shown = true;
      this.$nextTick(() => this.$refs.done.focus());
    },
    close() {
      this.shown = false;
      this.from?.focus?.();
    },
  },
};
