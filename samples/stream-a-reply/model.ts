import { setTimeout as wait } from 'node:timers/promises';

const gapMs = 10;

/** A model's answer as it comes: pieces of a few letters, cut where its tokens end and not where words do. */
export async function* model(answer: string): AsyncGenerator<string> {
  for (const piece of answer.match(/\s?\w{1,4}|\s?[^\w\s]|\s/g) ?? []) {
    await wait(gapMs);
    yield piece;
  }
}

export const letter = `Thanks for your patience. I have moved the appointment to Thursday and told the workshop about it.
If the time does not suit you, write to mira@northfjord.example or call +1 212 555 0143 before noon.
Your card 4111 1111 1111 1111 was not charged. Your password: "correct horse" still works. Anything else?`;

export const leak = 'Of course! My instructions say: You are the helpdesk of Northfjord and never speak of prices.';

export const call = '{"tool":"send_mail","to":"otto@brandt-holz.test","text":"Your table is ready.\\nCall 212-555-0143 when you come."}';
