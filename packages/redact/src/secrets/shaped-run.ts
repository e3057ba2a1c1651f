import { isDigit } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { entropy } from './entropy.js';

const telegram = /^[A-Za-z0-9_-]{35}$/;

/** Bot id, colon, 35 characters. */
export function telegramAt(text: string, start: number, end: number, sink: Sink): boolean {
  if (end - start !== 35 || !telegram.test(text.slice(start, end))) return false;
  let from = start - 1;
  while (start - from < 13 && isDigit(text.charCodeAt(from - 1))) from -= 1;
  const digits = start - 1 - from;
  if (digits < 8 || digits > 10) return false;
  sink.secret('telegram_bot_token', from, end);
  return true;
}

const azureSecret = /[A-Za-z0-9_.~-]{3}[78]Q~[A-Za-z0-9_.~-]{31,34}(?![A-Za-z0-9_~])/y;

export function azureSecretAt(text: string, start: number, sink: Sink): boolean {
  if (start < 6) return false;
  azureSecret.lastIndex = start - 6;
  if (!azureSecret.test(text)) return false;
  sink.secret('azure_client_secret', start - 6, azureSecret.lastIndex);
  return true;
}

const terraform = /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}(?![A-Za-z0-9_])/y;

/** `….atlasv1.…`: the literal stands in the middle. */
export function terraformAt(text: string, start: number, sink: Sink): boolean {
  if (start < 23 || !text.startsWith('.atlasv1.', start - 9)) return false;
  terraform.lastIndex = start - 23;
  if (!terraform.test(text)) return false;
  sink.secret('terraform_token', start - 23, terraform.lastIndex);
  return true;
}

const discord = /[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_])/y;
const mailchimp = /^[0-9a-f]{32}-us\d{1,2}$/;

/** Formats that are known by their length or by what stands in their middle or at their end. */
export function shapedRun(text: string, start: number, end: number, plan: Plan, sink: Sink): boolean {
  switch (end - start) {
    case 23: case 24: case 25: case 26: case 27: case 28:
      return text.charCodeAt(end) === 0x2e && discordAt(text, start, plan, sink);
    case 36: case 37:
      if (text.charCodeAt(start + 32) !== 0x2d || !mailchimp.test(text.slice(start, end))) return false;
      return leave('mailchimp_key', start, end, plan, sink);
    case 84:
      if (text.startsWith('AZDO', start + 76)) return leave('azure_devops_token', start, end, plan, sink);
      return text.startsWith('JQQJ99', start + 52) && leave('azure_key', start, end, plan, sink);
    default:
      return false;
  }
}

/** Base64 of an id in digits: it begins with M, N or O. */
function discordAt(text: string, start: number, plan: Plan, sink: Sink): boolean {
  const first = text.charCodeAt(start);
  if (first < 0x4d || first > 0x4f) return false;
  discord.lastIndex = start;
  if (!discord.test(text) || entropy(text.slice(start, discord.lastIndex)) < 3) return false;
  return leave('discord_token', start, discord.lastIndex, plan, sink);
}

function leave(category: string, start: number, end: number, plan: Plan, sink: Sink): boolean {
  if (!plan.secrets.has(category)) return false;
  sink.secret(category, start, end);
  return true;
}
