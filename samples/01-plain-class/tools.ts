// #region imports
import { createContainer, Enforce, Policy } from '@enforcecore/core';
import { defineTool, Describe, jsonSchema, refusalOf, Tool, ToolInputError, toolsOf } from '@enforcecore/core/tools';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsEmail, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { z } from 'zod';
// #endregion imports

// #region input
class Recipient {
  @IsEmail() @Describe('Where the mail goes') address!: string;
  @IsOptional() @IsString() @MaxLength(80) name?: string;
}

class Mail {
  @IsArray() @ArrayMaxSize(5) @ValidateNested({ each: true }) @Type(() => Recipient) to!: Recipient[];
  @IsString() @MaxLength(10_000) @Describe('Plain text') body!: string;
  @IsOptional() @IsIn(['low', 'high']) priority?: 'low' | 'high';
}
// #endregion input

// #region class
class MailTools {
  @Tool({ description: 'Sends a mail to up to five people.', hints: { destructive: false, openWorld: true } })
  @Enforce({ tool: 'send_mail' })
  async send(mail: Mail): Promise<string> {
    return Promise.resolve(`sent to ${mail.to.map(({ address }) => address).join(', ')}`); // mail is a Mail, frozen
  }
}
// #endregion class

// #region schemas
class NoteSearch {
  @Tool({ description: 'Finds notes.', input: z.object({ words: z.string().min(1), most: z.number().int().max(50).default(10) }) })
  @Enforce({ tool: 'find_notes' })
  find({ words, most }: { readonly words: string; readonly most: number }): string {
    return `the first ${String(most)} notes with ${words}`;
  }
}

const inKelvin = defineTool({
  name: 'in_kelvin',
  description: 'Converts degrees Celsius to kelvin.',
  input: jsonSchema({ type: 'object', properties: { celsius: { type: 'number', minimum: -273.15 } }, required: ['celsius'], additionalProperties: false }),
  execute: ({ celsius }: { readonly celsius: number }) => celsius + 273.15,
});
// #endregion schemas

export async function showTools(): Promise<void> {
  // #region list
  const container = createContainer({ policy: Policy.from({ name: 'mail', rules: { allowed_tools: ['send_mail'] } }), settings: { auditPath: '.demo/01-plain-class' } });
  container.bind(MailTools).toSelf();
  const [send] = toolsOf(container.get(MailTools));
  if (send === undefined) return;

  console.log(send.name, '-', send.description); // send_mail - Sends a mail to up to five people.
  console.log(JSON.stringify(send.inputSchema)); // {"type":"object","properties":{"to":{"type":"array",…
  console.log(await send.call({ to: [{ address: 'ann@example.com' }], body: 'Hello' }, { agent: 'mailer' }));
  // #endregion list
  await refuse(send);
  await container.close();
  console.log('tools of schemas:', [...toolsOf(new NoteSearch()), inKelvin].map(({ name }) => name).join(', '));
}

async function refuse(send: ReturnType<typeof toolsOf>[number]): Promise<void> {
  // #region refuse
  try {
    await send.call({ to: [{ address: 'not an address' }], body: 'Hello', bcc: 'eve@example.net' });
  } catch (error) {
    if (!(error instanceof ToolInputError)) throw error;
    for (const { path, expected } of error.issues) console.log(`${path === '' ? 'the arguments' : path} ${expected}`);
    // the arguments must not have the unknown key bcc; known are to, body, priority
    // to[0].address must be an email address
    console.log(refusalOf(error)?.code); // TOOL_INPUT: what a framework's adapter tells its model
  }
  // #endregion refuse
}
