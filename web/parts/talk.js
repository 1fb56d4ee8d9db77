// What was said, hers left, ours right; every word is put in as text.
export default {
  template: `
    <div class="talk" ref="box" role="log" aria-label="对话" tabindex="0">
      <p v-if="!lines.length" class="empty">{{ empty }}</p>
      <template v-for="line in lines" :key="line.key">
        <p v-if="line.day" class="day">{{ line.day }}</p>
        <div :class="['said-line', line.who]" :data-line="line.key">
          <div class="who-line">
            <span class="who">{{ line.name }}</span>
            <span class="at" :title="line.whole">{{ line.at }}</span>
            <span v-for="fate in line.fates" :class="['delivery', fate.state]">{{ fate.words }}</span>
          </div>
          <div class="words">{{ line.text }}</div>
          <div v-for="file in line.files" :key="file.href || file.name" class="sent-file">
            <audio v-if="file.sound" controls preload="none" :src="file.href" aria-label="她发来的语音"></audio>
            <a v-else-if="file.href" class="link" :href="file.href" target="_blank" rel="noopener">{{ file.name }}</a>
            <span v-else class="hint">{{ file.name }}</span>
          </div>
          <div v-if="line.buttons.length" class="offered">
            <span v-for="word in line.buttons" class="choice">{{ word }}</span>
          </div>
          <div v-if="line.read" class="read">
            <span v-if="line.danger" class="tag tag-danger">{{ line.danger }}</span>
            <span>{{ line.read }}</span>
            <button v-if="line.id" type="button" class="link" @click="$emit('misread', {id: line.id})">机器人理解错了</button>
          </div>
        </div>
      </template>
    </div>`,
  props: { lines: Array, empty: String },
  mounted() {
    this.down();
  },
  watch: {
    lines(now, before) {
      const box = this.$refs.box;
      const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
      const last = (list) => (list.length ? list[list.length - 1].key : "");
      if (low || last(now) !== last(before)) this.$nextTick(this.down);
    },
  },
  methods: {
    down() {
      const box = this.$refs.box;
      box.scrollTop = box.scrollHeight;
    },
  },
};
