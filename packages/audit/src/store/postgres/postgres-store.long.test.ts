import { openPostgresStore } from './open-postgres-store.js';
import { describePostgres, freshSchema } from './server.test.kit.js';
import { storeLaws } from '../store.laws.test.kit.js';

describePostgres('a store in PostgreSQL', (server) => {
  storeLaws('PostgreSQL', () => {
    const schema = freshSchema();
    const open = () => openPostgresStore({ connectionString: server().url, schema, graceMs: 0 });
    return {
      open,
      beginAndDie: async (writerId, intents) => {
        const dead = await open();
        await dead.begin(writerId, intents);
        await dead.close();
      },
      clear: async () => {
        await server().run(`drop schema if exists ${schema} cascade`);
      },
    };
  });
});
