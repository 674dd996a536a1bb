import type { NodeItem, NodeSettings, Option } from '../api/contracts';

/** Why a node and its policy set are not of one mind about a key. */
export type Reason = 'localFile' | 'locked' | 'notByNode' | 'wrongLocal' | 'noOption' | 'refused' | 'unknown' | 'pending';

/** A key whose value differs, or of which the local file says what is not in force. */
export interface Deviation {
  key: string;
  requested: unknown;
  effective: unknown;
  reason: Reason;
  /** In the words of the node or of control. */
  because: string;
}

export type NodeStanding = 'there' | 'draining' | 'away';

export const standing = (node: NodeItem): NodeStanding => (!node.alive ? 'away' : node.draining || node.drainRequestedAt ? 'draining' : 'there');

/** Whether a node has the settings that it should; nothing is said of one that is away. */
export function follows(node: NodeItem): 'upToDate' | 'refuses' | 'behind' | undefined {
  if (!node.alive) return undefined;
  return node.upToDate ? 'upToDate' : node.refused ? 'refuses' : 'behind';
}

/** By key; a key may be there twice, such as a refused value of one that the local file says too. */
export function deviations(settings: NodeSettings, options: readonly Option[]): readonly Deviation[] {
  const { requestedOptions, effective, differences, notApplied, unknown } = settings;
  const valued = (key: string) => ({ key, requested: requestedOptions[key], effective: effective?.[key] });
  const differing = differences.map(({ key, requested, effective, source, because }) => ({ key, requested, effective, reason: source, because }));
  return [
    ...differing,
    ...Object.entries(notApplied ?? {}).map(([key, because]) => ({ ...valued(key), reason: whyNot(key, settings, options), because })),
    ...(unknown ?? []).filter((key) => !differing.some((one) => one.key === key)).map((key) => ({ ...valued(key), reason: 'unknown' as const, because: '' })),
  ].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

// In the order in which nodes judge.
function whyNot(key: string, { locked }: NodeSettings, options: readonly Option[]): Reason {
  const option = options.find((one) => one.key === key);
  if (!option) return 'noOption';
  if (!option.byNode) return 'notByNode';
  return locked.includes(key) ? 'locked' : 'wrongLocal';
}
