import { jest } from '@jest/globals';
import { setTracingDisabled, type AgentInputItem } from '@openai/agents';
import type { ScriptedModel } from '@openai/agents/testing';
import { Auditor, createContainer, Policy, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';

// Otherwise the SDK would send what it traces to OpenAI.
setTracingDisabled(true);

export const hidesEmails = { pii_redaction: { categories: ['email'], strategy: 'placeholder' } };

export interface House {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
}

export function house(rules: object = {}): House {
  const container = createContainer({ policy: Policy.from({ name: 'agents', rules }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor };
}

/** What the model was sent the nth time, as text to search in. */
export function inputOf(model: ScriptedModel, call: number): string {
  return JSON.stringify(model.calls[call]?.request.input);
}

/** What the model was told of a call's result. */
export function resultOf(model: ScriptedModel, call: number, callId = 'call-1'): string {
  const input = model.calls[call]?.request.input ?? [];
  const item = (typeof input === 'string' ? [] : input).find((one: AgentInputItem) => one.type === 'function_call_result' && one.callId === callId);
  return JSON.stringify(item ?? null);
}

export function spy(result: unknown = 'sent'): jest.Mock<(input: unknown) => unknown> {
  return jest.fn<(input: unknown) => unknown>(() => result);
}
