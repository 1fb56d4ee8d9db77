// The list on the left: drawn here so that two hundred rows cost one message, keys answer at once,
// and every word is put in as text.
export default {
  template: `
    <div class="list" role="listbox" :aria-label="label" tabindex="-1">
      <a v-for="(row, index) in shown" :key="row.id" :href="row.href" role="option" draggable="false"
         :class="['case-row', {open: row.id === selected, at: index === at, unread: row.unread, danger: row.danger}]"
         :aria-selected="row.id === selected" @click="click($event, row, index)">
        <span class="dot" :aria-label="row.unread ? '有新情况' : null"></span>
        <span class="row-main">
          <span class="row-top">
            <span class="row-title">{{ row.title }}</span>
            <span v-if="row.demo" class="tag">示例</span>
            <span v-if="row.call" class="tag tag-call">{{ row.call }}</span>
            <span v-if="row.danger" class="tag tag-danger">{{ row.danger }}</span>
            <span v-else-if="row.green" class="tag tag-green">{{ row.green }}</span>
            <span :class="['due', row.near ? 'near' : '']" :title="row.dueWhole">{{ row.due }}</span>
          </span>
          <span class="row-low">
            <span class="number">{{ row.number }}</span>
            <span>{{ row.unit }}</span><span>{{ row.state }}</span><span>{{ row.who }}</span>
          </span>
        </span>
      </a>
      <p v-if="!shown.length" class="empty">{{ find ? "没有这个编号" : empty }}</p>
    </div>`,
  props: { rows: Array, selected: Number, label: String, empty: String, find: String },
  data() {
    return { at: -1 };
  },
  computed: {
    shown() {
      const wanted = (this.find || "").trim().toUpperCase();
      return wanted ? this.rows.filter((row) => row.number.toUpperCase().includes(wanted)) : this.rows;
    },
  },
  watch: {
    selected: { handler: "follow", immediate: true },
    rows() {
      if (this.at >= this.shown.length) this.at = this.shown.length - 1;
    },
  },
  mounted() {
    document.addEventListener("keydown", this.key);
    window.addEventListener("popstate", this.back);
  },
  unmounted() {
    document.removeEventListener("keydown", this.key);
    window.removeEventListener("popstate", this.back);
  },
  methods: {
    follow() {
      const found = this.shown.findIndex((row) => row.id === this.selected);
      if (found >= 0) this.at = found;
    },
    click(event, row, index) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.at = index;
      this.open(row);
    },
    open(row) {
      if (window.location.pathname !== row.href) window.history.pushState({}, "", row.href);
      this.$emit("pick", { id: row.id });
    },
    back() {
      const found = /\/(\d+)$/.exec(window.location.pathname);
      this.$emit("pick", { id: found ? Number(found[1]) : 0 });
    },
    move(by) {
      if (!this.shown.length) return;
      this.at = Math.min(this.shown.length - 1, Math.max(0, this.at + by));
      this.$nextTick(() => this.$el.querySelectorAll(".case-row")[this.at]?.scrollIntoView({ block: "nearest" }));
    },
    key(event) {
      const target = event.target;
      const typing = target.closest && target.closest("input, textarea, select, [contenteditable], .q-dialog, .q-menu");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const row = this.shown[this.at];
      const keys = {
        j: () => this.move(1),
        ArrowDown: () => this.move(1),
        k: () => this.move(-1),
        ArrowUp: () => this.move(-1),
        Enter: () => (target.closest("button, a:not(.case-row)") || !row ? false : this.open(row)),
        t: () => this.$emit("take"),
        r: () => document.querySelector(".reply textarea")?.focus(),
        "/": () => document.querySelector(".find input")?.focus(),
      };
      const act = keys[event.key];
      if (act && act() !== false) event.preventDefault();
    },
  },
};
