#!/bin/sh
set -eu
npm ci --ignore-scripts
npx nimbusc check
status=0
npx nimbusc diff "$BASE" HEAD --format markdown --fail-on data-loss,exposure > review.md || status=$?
if [ "${PLAN:-no}" = yes ]; then
  npx nimbusc build --stage prod
  terraform -chdir=nimbus.out/prod init -input=false
  terraform -chdir=nimbus.out/prod plan -input=false -lock=false -out=tfplan
  terraform -chdir=nimbus.out/prod show -json tfplan > plan.json
  npx nimbusc review plan.json --stage prod --format markdown > review.md || status=$?
fi
exit "$status"
