// Properties draw the same cases every time, so that a red run can be run again. FC_SEED=<number> draws others, FC_SEED=random new ones.
import fc from 'fast-check';

const { FC_SEED: given = '20260101' } = process.env;
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
