import { createContainer, Enforce, ToolDeniedError } from '@enforcecore/core';
import { showTools } from './tools.js';

// Compiled to samples/dist/01-plain-class; the policy lies beside the source.
const policy = new URL('../../01-plain-class/policy.yaml', import.meta.url);

// #region tools
class NoteTools {
  @Enforce({ tool: 'read_note' })
  read(args: { readonly id: number }): string {
    return `Note ${String(args.id)}: call Mira on +1 212 555 0143, or write to mira@northfjord.example`;
  }

  @Enforce({ tool: 'delete_note' })
  delete(args: { readonly id: number }): string {
    return `note ${String(args.id)} is gone`;
  }
}
// #endregion tools

async function main(): Promise<void> {
  // #region run
  const container = createContainer({ policy, settings: { auditPath: '.demo/quickstart' } });
  container.bind(NoteTools).toSelf();
  const notes = container.get(NoteTools);

  console.log(notes.read({ id: 7 })); // Note 7: call Mira on <PHONE>, or write to <EMAIL>
  try {
    notes.delete({ id: 7 });
  } catch (error) {
    if (!(error instanceof ToolDeniedError)) throw error;
    console.log(error.message); // call to "delete_note" blocked by policy "quickstart": denied by …
  }
  await container.close();
  // #endregion run
  console.log('Both calls are in .demo/quickstart/trail.jsonl');
  await showTools();
}

void main();
