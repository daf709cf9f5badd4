import type { LlmCacheStats, LlmUsage } from '../../../interfaces/llm-cache.js';

/** Price of a model for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

const MILLION = 1_000_000;
const INPUT = ['inputTokens', 'input_tokens', 'prompt_tokens', 'promptTokens'] as const;
const OUTPUT = ['outputTokens', 'output_tokens', 'completion_tokens', 'completionTokens'] as const;

/** Counts hits, misses, and what hits have saved. */
export class Savings {
  readonly #prices: Readonly<Record<string, ModelPrice>>;
  #stats = { hits: 0, misses: 0, savedInputTokens: 0, savedOutputTokens: 0, savedCost: 0 };

  constructor(prices: Readonly<Record<string, ModelPrice>>) {
    this.#prices = prices;
  }

  get stats(): LlmCacheStats {
    return { ...this.#stats };
  }

  miss(): void {
    this.#stats.misses += 1;
  }

  hit(): void {
    this.#stats.hits += 1;
  }

  save(model: string, usage: LlmUsage | null | undefined): void {
    if (usage === undefined || usage === null) return;
    const { inputTokens, outputTokens } = usage;
    const price = Object.hasOwn(this.#prices, model) ? this.#prices[model] : undefined;
    const byPrice =
      price === undefined ? 0 : (inputTokens * price.input + outputTokens * price.output) / MILLION;
    this.#stats.savedInputTokens += inputTokens;
    this.#stats.savedOutputTokens += outputTokens;
    this.#stats.savedCost += usage.cost ?? byPrice;
  }
}

/** Usage that an answer reports, in the words of the providers; `undefined` when it reports none. */
export function reportedUsage(answer: unknown): LlmUsage | undefined {
  const usage = (answer as { readonly usage?: unknown } | null | undefined)?.usage;
  if (typeof usage !== 'object' || usage === null) return undefined;
  const find = (names: readonly string[]): number | undefined => {
    const values = names.map((name) => (usage as Record<string, unknown>)[name]);
    return values.find((value): value is number => typeof value === 'number' && Number.isFinite(value));
  };
  const [inputTokens, outputTokens] = [find(INPUT), find(OUTPUT)];
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
