import 'reflect-metadata';
import { Type } from 'class-transformer';
import { Allow, IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import {
  aFlag,
  aName,
  aVersion,
  atLeastOne,
  bytes,
  onViolation,
  piiCategory,
  piiStrategy,
  seconds,
  toolPattern,
  usd,
  type Check,
} from './policy-checks.js';

/** The key under which an error's context carries the check that failed. */
export const checkName = 'policyCheck';

export interface CheckContext {
  readonly check: Check;
  readonly each: boolean;
}

function Meets(check: Check): PropertyDecorator {
  return checked((value) => check(value) === undefined, { check, each: false });
}

/** Every item meets the check; unlike `each: true`, the context lets the reader of the error say which item did not. */
function EachMeets(check: Check): PropertyDecorator {
  return checked((value) => Array.isArray(value) && value.every((item) => check(item) === undefined), { check, each: true });
}

function checked(validate: (value: unknown) => boolean, context: CheckContext): PropertyDecorator {
  // Without a message class-validator would drop the context.
  return ValidateBy({ name: checkName, validator: { validate } }, { message: checkName, context });
}

export class RateRuleSchema {
  /** The tool of an entry of `per_tool`, whose key it is in the file. */
  @Allow() readonly tool?: string;
  @IsOptional() @Meets(atLeastOne) readonly max_calls?: number;
  @IsOptional() @Meets(seconds) readonly window_seconds?: number;
}

export class RateLimitsSchema {
  @IsOptional() @Meets(aFlag) readonly enabled?: boolean;
  /** A list here and a map in the file: class-transformer drops keys such as `constructor`, and a tool may be named so. */
  @IsOptional() @Type(() => RateRuleSchema) @ValidateNested() readonly per_tool?: readonly RateRuleSchema[];
  @IsOptional() @Type(() => RateRuleSchema) @ValidateNested() readonly global?: RateRuleSchema | null;
}

export class PiiRedactionSchema {
  @IsOptional() @Meets(aFlag) readonly enabled?: boolean;
  @IsOptional() @EachMeets(piiCategory) readonly categories?: readonly string[];
  @IsOptional() @Meets(piiStrategy) readonly strategy?: 'placeholder' | 'mask' | 'hash' | 'remove';
  @IsOptional() @Meets(aFlag) readonly secrets?: boolean;
}

export class ResourceLimitsSchema {
  @IsOptional() @Meets(seconds) readonly max_call_duration_seconds?: number | null;
  @IsOptional() @Meets(usd) readonly max_cost_usd?: number | null;
}

export class RulesSchema {
  @IsOptional() @EachMeets(toolPattern) readonly allowed_tools?: readonly string[] | null;
  @IsOptional() @EachMeets(toolPattern) readonly denied_tools?: readonly string[];
  @IsOptional() @Type(() => PiiRedactionSchema) @ValidateNested() readonly pii_redaction?: PiiRedactionSchema;
  @IsOptional() @Meets(aFlag) readonly redact_output?: boolean;
  @IsOptional() @Type(() => ResourceLimitsSchema) @ValidateNested() readonly resource_limits?: ResourceLimitsSchema;
  @IsOptional() @Type(() => RateLimitsSchema) @ValidateNested() readonly rate_limits?: RateLimitsSchema;
  @IsOptional() @Meets(bytes) readonly max_output_size_bytes?: number | null;
}

/** A policy document after merging, as classes; its keys are the file's keys. */
export class PolicySchema {
  @Meets(aName) readonly name?: string;
  @IsOptional() @Meets(aVersion) readonly version?: string | number;
  @IsOptional() @Meets(onViolation) readonly on_violation?: 'block' | 'log' | 'redact';
  @IsOptional() @Type(() => RulesSchema) @ValidateNested() readonly rules?: RulesSchema;
}
