import { useNameOf } from '../call/names';
import { sumOf, type Share } from './division';
import { ShareBar } from './share-bar';
import { pictureWords, rateWords, soundWords } from './uplink-words';

/** One person: what is sent there, and why it is not more. */
export function ShareRow({ share, fullBps }: { readonly share: Share; readonly fullBps: number }) {
  const { id, rates, service } = share;
  const name = useNameOf(id);
  const isLess = service.videos.some(({ state, why }) => state !== 'full' && why !== 'asked');
  const sound = soundWords(service);
  return (
    <li className="share" data-testid="upload-share" data-peer={id}>
      <div className="share-top">
        <bdi className="share-name">{name}</bdi>
        <span className="share-rate">{rateWords(sumOf(rates))}</span>
      </div>
      <ShareBar label={`To ${name}`} rates={rates} fullBps={fullBps} testId="share-bar" />
      <p className={`share-words ${isLess ? 'less' : ''}`} data-testid="share-words">
        {pictureWords(service)}
        {sound && <span>{sound}</span>}
      </p>
    </li>
  );
}
