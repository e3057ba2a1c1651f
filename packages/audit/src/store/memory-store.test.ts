import { MemoryStore } from './memory-store.js';
import { storeLaws } from './store.laws.test.kit.js';

storeLaws('memory', () => {
  const first = MemoryStore.open();
  return {
    open: () => first.another(),
    beginAndDie: (writerId, intents) => {
      const handle = first.another();
      handle.begin(writerId, intents);
      handle.close();
      return Promise.resolve();
    },
    clear: () => {
      first.close();
    },
  };
});
