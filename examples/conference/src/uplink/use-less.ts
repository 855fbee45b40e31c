import { useUplink } from '@conclave/react-bindings';

/** How many people get less of one's picture than they want. */
export function useLess(): number {
  const plan = useUplink();
  const isLess = ({ state, why }: { readonly state: string; readonly why?: string }) =>
    state !== 'full' && why !== 'asked';
  return plan?.subscribers.filter(({ videos }) => videos.some(isLess)).length ?? 0;
}
