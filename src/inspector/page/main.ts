import { html, render } from 'lit-html';
import { createModel } from '../model/model.ts';

const root = document.getElementById('app');
if (root) render(html`<p>${createModel().frames} frames</p>`, root);
