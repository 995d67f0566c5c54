"""A carer's paper goes its whole way on a real S3 API: sent page by page, looked at by the team, accepted, and gone."""

from datetime import date

import pytest

from files import quarantine
from files.models import FileView
from onboarding import papers
from onboarding.models import Evidence
from tests.paper_builders import carer, typed
from tests.papers import paper, photo
from tests.team_builders import member
from tests.test_files_s3 import bucket, server  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
SAID = {
    "insurer": "Penallt Mutual",
    "policy_number": "PM-4471",
    "cover": "5 million",
    **typed(dated=date(2026, 11, 1)),
    **typed(ends_on=date(2027, 10, 31)),
}
TASK = "/my/tasks/public-liability/"


def test_a_paper_goes_its_whole_way_on_s3(client, today, bucket):  # noqa: F811
    megan = carer()
    client.force_login(megan.owner)
    client.post(TASK, {**SAID, "pages": [paper(), photo()], "check": "1"})
    look = client.get(f"{TASK}check/")
    client.post(f"{TASK}check/", {"key": look.context["key"]})
    sent = Evidence.objects.get()
    tokens = [page.file.token for page in sent.pages.select_related("file")]
    assert len(list(bucket.objects.filter(Prefix="private/"))) == len(tokens) == 2
    assert [client.get(f"/my/papers/{token}/").status_code for token in tokens] == [404, 404]  # not clean yet
    for page in sent.pages.all():
        quarantine.settle(page.file_id)
    assert [client.get(f"/my/papers/{token}/").status_code for token in tokens] == [200, 200]
    reviewer = member()
    client.force_login(reviewer)
    assert [client.get(f"/admin/onboarding/evidence/files/{token}/").status_code for token in tokens] == [200, 200]
    assert FileView.objects.count() == 4
    papers.accept(sent, by=reviewer)
    assert sent.pages.first().file.purge_on is not None
