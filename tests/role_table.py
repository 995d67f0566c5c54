"""Who may see what: every address of the portal, for everybody. A new address needs a line here, or its test fails.

    ok   the page                     no   403: not for you
    in   the way to sign in           404  not there, or not yours
    to   somewhere else               any other number: that status

`other` is a second carer, who owns nothing of what is looked at. Names in braces stand for one address each. An address
that takes no GET is asked by an empty POST. Addresses without a name stand under their route. What an address is about
is a line of `ABOUT`, further down.
"""

import re
from functools import cache

EVERYBODY = (
    "nobody",
    "carer",
    "other",
    "reviewer",
    "case-officer",
    "editor",
    "manager",
    "auditor",
    "safeguarding-lead",
    "guest-decider",
)
# What a guest sees of the admin, who decides the case of the table. The rest of it is not for them; elsewhere they are
# as an editor is, whose is nothing there either.
GUEST = """
admin:{login,password_change,view_on_site}                  to
admin:{logout,password_change_done,index,jsi18n}            ok
admin:app_list                                              404
admin:notifications_message_history                         to
/admin/password_change/                                     to
/admin/(?P<url>.*)$                                         404
admin:compliance_case_{decide,hand_back}                    to
admin:feedback_case_{changelist,change,history,file}        ok
"""

TABLE = """
# What is for everybody                                     nobody carer  other  review case   editor manage audit  safe
{scheme-css,favicon,favicon-ico,robots,healthz,readyz,photo} ok     ok     ok     ok     ok     ok     ok     ok     ok
content:{home,about,paying-for-care,become,contact}         ok     ok     ok     ok     ok     ok     ok     ok     ok
content:{accessibility,privacy,cookies}                     ok     ok     ok     ok     ok     ok     ok     ok     ok
directory:{basemap,find,profile}                            ok     ok     ok     ok     ok     ok     ok     ok     ok
directory:{enquiry,enquiry_sent}                            ok     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:{code,code_version}                              ok     ok     ok     ok     ok     ok     ok     ok     ok
invitation                                                  ok     ok     ok     ok     ok     ok     ok     ok     ok
feedback:{door,door_of,which,tell,concern,sent}             ok     ok     ok     ok     ok     ok     ok     ok     ok
feedback:{correction,withdraw}                              ok     ok     ok     ok     ok     ok     ok     ok     ok
feedback:{case,new_link}                                    ok     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:join                                             ok     to     ok     ok     ok     ok     ok     ok     ok
onboarding:{join_sent,join_new_link,join_new_link_sent}     ok     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:join_link                                        ok     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:{still_right,stop_news}                          ok     ok     ok     ok     ok     ok     ok     ok     ok

# A carer's own                                             nobody carer  other  review case   editor manage audit  safe
onboarding:{sign,guide}                                     in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:{help,help_new}                                  in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:help_one                                         in     ok     404    404    404    404    404    404    404
onboarding:tasks                                            in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:{training,session}                               in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:session_{cancel,calendar}                        in     ok     404    404    404    404    404    404    404
onboarding:services{,_ask}                                  in     ok     404    404    404    404    404    404    404
onboarding:{records,task,task_of_worker,check,sent,paper}   in     ok     404    404    404    404    404    404    404
onboarding:{people,person_add}                              in     404    404    404    404    404    404    404    404
onboarding:person_{down,back,remove}                        in     404    404    404    404    404    404    404    404
onboarding:check_of_worker                                  in     to     404    404    404    404    404    404    404
onboarding:leave                                            in     ok     404    404    404    404    404    404    404
my-data{,-download}                                         in     ok     404    404    404    404    404    404    404
onboarding:library{,_guide}                                 in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:buddy                                            in     ok     404    404    404    404    404    404    404
onboarding:buddy_one                                        in     ok     404    404    404    404    404    404    404
compliance:status_checks                                    in     ok     404    404    404    404    404    404    404
compliance:concern{s,,_file,_letter}                        in     ok     404    404    404    404    404    404    404
onboarding:headcount                                        in     404    404    404    404    404    404    404    404
onboarding:{space,news,more}                                in     ok     404    404    404    404    404    404    404
onboarding:listing                                          in     ok     ok     ok     ok     ok     ok     ok     ok
onboarding:listing_{step,preview,check}                     in     ok     404    404    404    404    404    404    404
onboarding:listing_{sent,throw_away,take_back,still_right}  in     to     404    404    404    404    404    404    404
feedback:my_praise                                          in     ok     ok     ok     ok     ok     ok     ok     ok
feedback:my_praise_one                                      in     ok     404    404    404    404    404    404    404
directory:my                                                in     ok     ok     ok     ok     ok     ok     ok     ok
directory:my_enquiry                                        in     ok     404    404    404    404    404    404    404

# Signing in, and one's own account                         nobody carer  other  review case   editor manage audit  safe
account_{login,signup}                                      ok     to     to     to     to     to     to     to     to
account_{reset_password,reset_password_done}                ok     ok     ok     ok     ok     ok     ok     ok     ok
account_reset_password_from_key{,_done}                     ok     ok     ok     ok     ok     ok     ok     ok     ok
account_{inactive,confirm_email,email_verification_sent}    ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts:undo                                               410    410    410    410    410    410    410    410    410
openid_connect_{login,callback}                             404    404    404    404    404    404    404    404    404
socialaccount_login_cancelled                               ok     ok     ok     ok     ok     ok     ok     ok     ok
socialaccount_login_error                                   401    401    401    401    401    401    401    401    401
accounts:{home,language}                                    in     ok     ok     ok     ok     ok     ok     ok     ok
accounts:digest                                             in     404    404    ok     ok     ok     ok     ok     ok
account_{logout,email}                                      in     ok     ok     ok     ok     ok     ok     ok     ok
account_reauthenticate                                      in     to     ok     to     to     to     to     to     to
account_change_password                                     in     ok     ok     ok     ok     ok     ok     ok     ok
account_{set_password,confirm_login_code}                   in     to     to     to     to     to     to     to     to
usersessions_list                                           in     ok     ok     ok     ok     ok     ok     ok     ok
socialaccount_connections                                   in     ok     ok     ok     ok     ok     ok     ok     ok
mfa_{index,list_webauthn,add_webauthn}                      in     ok     ok     ok     ok     ok     ok     ok     ok
mfa_generate_recovery_codes                                 in     ok     ok     ok     ok     ok     ok     ok     ok
mfa_{authenticate,login_webauthn}                           in     to     to     to     to     to     to     to     to
mfa_reauthenticate                                          in     to     to     ok     ok     ok     ok     ok     ok
mfa_reauthenticate_webauthn                                 in     ok     to     to     to     to     to     to     to
mfa_activate_totp                                           in     ok     ok     to     to     to     to     to     to
mfa_deactivate_totp                                         in     404    404    ok     ok     ok     ok     ok     ok
mfa_{view,download}_recovery_codes                          in     404    404    404    404    404    404    404    404
mfa_{remove,edit}_webauthn                                  in     ok     404    404    404    404    404    404    404

# The admin: its door, its home                             nobody carer  other  review case   editor manage audit  safe
admin:login                                                 in     no     no     to     to     to     to     to     to
admin:logout                                                in     to     to     ok     ok     ok     ok     ok     ok
admin:password_change                                       in     to     to     to     to     to     to     to     to
/admin/password_change/                                     in     to     to     to     to     to     to     to     to
admin:password_change_done                                  in     in     in     ok     ok     ok     ok     ok     ok
admin:{index,jsi18n,app_list}                               in     in     in     ok     ok     ok     ok     ok     ok
admin:view_on_site                                          in     in     in     to     to     to     to     to     to
admin:autocomplete                                          in     in     in     no     no     no     no     no     no
/admin/(?P<url>.*)$                                         in     in     in     404    404    404    404    404    404

# The admin: what is looked at                              nobody carer  other  review case   editor manage audit  safe
admin:directory_listing_{changelist,change,history}         in     in     in     ok     ok     ok     ok     ok     ok
admin:files_photo_{changelist,change,history}               in     in     in     ok     ok     ok     ok     ok     ok
admin:onboarding_carer_{changelist,change}                  in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_evidence_changelist                        in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_evidence_change                            in     in     in     to     to     no     to     to     no
admin:onboarding_listingchange_{changelist,history}         in     in     in     ok     no     no     ok     ok     no
admin:onboarding_listingchange_change                       in     in     in     to     no     no     to     to     no
admin:compliance_claim_{changelist,change,history}          in     in     in     ok     ok     no     ok     ok     no
admin:compliance_review                                     in     in     in     ok     ok     no     ok     ok     no
admin:compliance_lapses                                     in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_{carer,evidence}_history                   in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_evidence_file                              in     in     in     ok     no     no     ok     no     no
admin:files_photo_rendition                                 in     in     in     ok     ok     ok     ok     ok     ok
admin:directory_enquiry_{changelist,change,history}         in     in     in     no     ok     no     ok     ok     no
admin:feedback_{praise,correction}_{changelist,change}      in     in     in     no     ok     no     ok     ok     no
admin:feedback_{praise,correction}_history                  in     in     in     no     ok     no     ok     ok     no
admin:feedback_case_changelist                              in     in     in     ok     ok     no     ok     ok     ok
admin:feedback_case_change                                  in     in     in     ok     ok     no     ok     ok     to
admin:feedback_case_step                                    in     in     in     no     ok     404    ok     no     404
admin:feedback_case_clock                                   in     in     in     no     ok     404    ok     no     404
admin:feedback_case_file                                    in     in     in     ok     ok     404    ok     no     404
admin:compliance_case_{put,hand_over,plan,appeal}           in     in     in     no     to     no     to     no     404
admin:compliance_case_{reply,more_time}                     in     in     in     no     ok     no     ok     no     404
admin:compliance_case_{decide,hand_back,hear}               in     in     in     to     no     no     to     no     404
admin:compliance_case_guest                                 in     in     in     no     no     no     ok     no     404
admin:compliance_case_pause                                 in     in     in     ok     no     no     ok     no     404
admin:compliance_outcometext_{changelist,text}              in     in     in     ok     no     no     ok     no     no
admin:compliance_outcometext_{change,history}               in     in     in     ok     no     no     ok     no     no
admin:compliance_outcometext_{add,delete}                   in     in     in     no     no     no     no     no     no
/admin/compliance/outcometext/<path:object_id>/             in     in     in     to     to     to     to     to     to
admin:feedback_case_record                                  in     in     in     no     ok     no     ok     no     no
admin:feedback_case_learning{,_file}                        in     in     in     ok     ok     no     ok     ok     no
admin:feedback_case_letters                                 in     in     in     no     ok     no     ok     no     ok
admin:feedback_case_letter_paper                            in     in     in     no     ok     no     ok     no     404
admin:feedback_bankholiday_{changelist,change,history}      in     in     in     no     ok     no     ok     ok     no
admin:feedback_bankholiday_{new,away}                       in     in     in     no     ok     no     ok     no     no
admin:feedback_case_history                                 in     in     in     ok     ok     to     ok     ok     to
admin:content_page_{changelist,change,history}              in     in     in     no     no     ok     ok     ok     no
admin:content_page_simple_history                           in     in     in     no     no     ok     ok     ok     no
admin:notifications_message_changelist                      in     in     in     ok     ok     no     ok     ok     ok
admin:notifications_message_change                          in     in     in     to     ok     no     ok     to     to
admin:notifications_message_history                         in     in     in     to     ok     to     ok     to     to
admin:accounts_teammember_{changelist,change,history}       in     in     in     no     no     no     ok     ok     no
admin:accounts_invitation_{changelist,change,history}       in     in     in     no     no     no     ok     ok     no
admin:accounts_user_{changelist,change,history}             in     in     in     no     no     no     ok     ok     no
admin:audit_auditevent_{changelist,change,history}          in     in     in     no     no     no     ok     ok     no
admin:notifications_jobrun_{changelist,change,history}      in     in     in     no     no     no     ok     ok     no
admin:directory_postcodeload_{changelist,change,history}    in     in     in     no     no     no     ok     ok     no
admin:files_storedfile_{changelist,change,history}          in     in     in     no     no     no     ok     ok     no
admin:files_fileview_{changelist,change,history}            in     in     in     no     no     no     ok     ok     no
admin:onboarding_trainingsession_{changelist,change,history} in    in     in     ok     ok     no     ok     ok     no
admin:onboarding_{helprequest,interest}_changelist          in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_interest_change                            in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_helprequest_change                         in     in     in     to     to     no     to     to     no
admin:onboarding_{helprequest,interest}_history             in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_letter_{changelist,change,history,ring}    in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_register_{changelist,change,history}       in     in     in     no     no     no     ok     ok     no
admin:onboarding_codeofpractice_{changelist,change,history} in     in     in     ok     ok     ok     ok     ok     no
admin:onboarding_codeagreement_{changelist,change,history}  in     in     in     ok     ok     no     ok     ok     no
admin:compliance_statuscheck_{changelist,change,history}    in     in     in     ok     no     no     ok     ok     no
admin:compliance_statuscheck_{export,purged,person}         in     in     in     ok     no     no     ok     ok     no
admin:compliance_statuscheck_entitlement                    in     in     in     ok     no     no     ok     ok     no
admin:onboarding_headcount_{changelist,change,history}      in     in     in     no     ok     no     ok     ok     no
admin:onboarding_guide_{changelist,change,history}          in     in     in     no     no     ok     ok     ok     no
admin:compliance_reminder_{changelist,change,history}       in     in     in     ok     ok     no     ok     ok     no
admin:compliance_decision_{changelist,change,history}       in     in     in     ok     ok     no     ok     ok     ok
admin:compliance_mailing_{changelist,change,history}        in     in     in     ok     ok     no     ok     ok     no
admin:onboarding_{rules,mending}_{changelist,change,history} in     in     in     ok     no     no     ok     ok     no
admin:onboarding_rules_plan                                 in     in     in     ok     no     no     ok     ok     no

# The admin: what is done                                   nobody carer  other  review case   editor manage audit  safe
admin:accounts_teammember_{invite,roles,remove,reset}       in     in     in     no     no     no     ok     no     no
admin:onboarding_register_{read,template,look}              in     in     in     no     no     no     ok     no     no
admin:onboarding_register_{columns,move_in,undo,invite}     in     in     in     no     no     no     ok     no     no
admin:compliance_statuscheck_{ask,consent,end_consent,look} in     in     in     ok     no     no     ok     no     no
admin:compliance_statuscheck_{schedule,stop}                in     in     in     ok     no     no     ok     no     no
admin:compliance_statuscheck_{confirm,withdraw}             in     in     in     no     no     no     ok     no     no
admin:onboarding_carer_{enter,reached,invite}               in     in     in     ok     ok     no     ok     no     no
admin:onboarding_carer_note                                 in     in     in     ok     ok     no     ok     no     no
admin:compliance_decision_{suspend,end}                     in     in     in     ok     no     no     ok     no     no
admin:compliance_decision_{look_again,reinstate}            in     in     in     to     no     no     to     no     no
admin:compliance_decision_register                          in     in     in     no     no     no     ok     no     no
admin:onboarding_letter_{paper,posted}                      in     in     in     ok     ok     no     ok     no     no
admin:accounts_invitation_withdraw                          in     in     in     no     no     no     ok     no     no
admin:onboarding_rules_adopt                                in     in     in     no     no     no     ok     no     no
admin:onboarding_carer_{record,record_of_worker}            in     in     in     ok     no     no     ok     no     no
admin:notifications_message_again                           in     in     in     no     ok     no     ok     no     no
admin:onboarding_trainingsession_{add,cancel,attendance}    in     in     in     ok     ok     no     ok     no     no
admin:onboarding_helprequest_{close,reopen}                 in     in     in     ok     ok     no     ok     no     no
admin:onboarding_interest_{enter,invite,release,close}      in     in     in     ok     ok     no     ok     no     no
admin:onboarding_trainingsession_booking                    in     in     in     ok     ok     no     ok     no     no
admin:onboarding_trainingsession_add_person                 in     in     in     to     to     no     to     no     no
admin:onboarding_codeofpractice_{draft,preview}             in     in     in     no     no     ok     ok     no     no
admin:onboarding_codeofpractice_publish                     in     in     in     no     no     no     ok     no     no
admin:onboarding_codeagreement_paper                        in     in     in     ok     ok     no     ok     no     no
admin:compliance_mailing_{write,rewrite,preview,send,throw_away} in in     in     no     ok     no     ok     no     no
admin:compliance_mailing_test                               in     in     in     no     to     no     to     no     no
admin:compliance_mailing_go_on                              in     in     in     no     404    no     404    no     no

# The admin: nobody adds or deletes; short ways to a page   nobody carer  other  review case   editor manage audit  safe
admin:onboarding_code{ofpractice,agreement}_{add,delete}    in     in     in     no     no     no     no     no     no
admin:directory_{enquiry,listing,postcodeload}_{add,delete} in     in     in     no     no     no     no     no     no
admin:{content_page,files_photo}_{add,delete}               in     in     in     no     no     no     no     no     no
admin:accounts_{teammember,invitation,user}_{add,delete}    in     in     in     no     no     no     no     no     no
admin:notifications_{message,jobrun}_{add,delete}           in     in     in     no     no     no     no     no     no
admin:onboarding_{helprequest,interest}_{add,delete}        in     in     in     no     no     no     no     no     no
admin:feedback_{praise,correction}_{add,delete}             in     in     in     no     no     no     no     no     no
/admin/feedback/{praise,correction}/<path:object_id>/       in     in     in     to     to     to     to     to     to
admin:feedback_{case,bankholiday}_{add,delete}              in     in     in     no     no     no     no     no     no
admin:compliance_claim_{add,delete}                         in     in     in     no     no     no     no     no     no
/admin/compliance/claim/<path:object_id>/                   in     in     in     to     to     to     to     to     to
admin:onboarding_guide_add                                  in     in     in     no     no     ok     ok     no     no
admin:onboarding_guide_delete                               in     in     in     no     no     no     no     no     no
/admin/feedback/case/<path:object_id>/                      in     in     in     to     to     to     to     to     to
/admin/feedback/bankholiday/<path:object_id>/               in     in     in     to     to     to     to     to     to
/admin/onboarding/guide/<path:object_id>/                   in     in     in     to     to     to     to     to     to
admin:compliance_mailing_{add,delete}                       in     in     in     no     no     no     no     no     no
/admin/compliance/mailing/<path:object_id>/                 in     in     in     to     to     to     to     to     to
admin:compliance_statuscheck_{add,delete}                   in     in     in     no     no     no     no     no     no
/admin/compliance/statuscheck/<path:object_id>/             in     in     in     to     to     to     to     to     to
admin:onboarding_headcount_{add,delete}                     in     in     in     no     no     no     no     no     no
/admin/onboarding/headcount/<path:object_id>/               in     in     in     to     to     to     to     to     to
admin:onboarding_letter_{add,delete}                        in     in     in     no     no     no     no     no     no
/admin/onboarding/letter/<path:object_id>/                  in     in     in     to     to     to     to     to     to
admin:onboarding_{rules,mending}_{add,delete}               in     in     in     no     no     no     no     no     no
/admin/onboarding/{rules,mending}/<path:object_id>/         in     in     in     to     to     to     to     to     to
admin:onboarding_register_{add,delete}                      in     in     in     no     no     no     no     no     no
admin:compliance_reminder_{add,delete}                      in     in     in     no     no     no     no     no     no
/admin/compliance/reminder/<path:object_id>/                in     in     in     to     to     to     to     to     to
admin:audit_auditevent_{add,delete}                         in     in     in     no     no     no     no     no     no
admin:onboarding_trainingsession_delete                     in     in     in     no     no     no     no     no     no
/admin/onboarding/trainingsession/<path:object_id>/         in     in     in     to     to     to     to     to     to
/admin/onboarding/codeofpractice/<path:object_id>/          in     in     in     to     to     to     to     to     to
/admin/onboarding/codeagreement/<path:object_id>/           in     in     in     to     to     to     to     to     to
/admin/directory/{enquiry,listing}/<path:object_id>/        in     in     in     to     to     to     to     to     to
/admin/directory/postcodeload/<path:object_id>/             in     in     in     to     to     to     to     to     to
admin:files_{storedfile,fileview}_{add,delete}              in     in     in     no     no     no     no     no     no
/admin/files/{storedfile,fileview}/<path:object_id>/        in     in     in     to     to     to     to     to     to
/admin/onboarding/{helprequest,interest}/<path:object_id>/  in     in     in     to     to     to     to     to     to
/admin/onboarding/register/<path:object_id>/                in     in     in     to     to     to     to     to     to
admin:onboarding_listingchange_{add,delete}                 in     in     in     no     no     no     no     no     no
/admin/onboarding/listingchange/<path:object_id>/           in     in     in     to     to     to     to     to     to
admin:compliance_decision_{add,delete}                      in     in     in     no     no     no     no     no     no
/admin/compliance/decision/<path:object_id>/                in     in     in     to     to     to     to     to     to
admin:onboarding_{carer,evidence}_{add,delete}              in     in     in     no     no     no     no     no     no
/admin/onboarding/{carer,evidence}/<path:object_id>/        in     in     in     to     to     to     to     to     to
/admin/files/photo/<path:object_id>/                        in     in     in     to     to     to     to     to     to
/admin/accounts/{teammember,user}/<path:object_id>/         in     in     in     to     to     to     to     to     to
/admin/accounts/invitation/<path:object_id>/                in     in     in     to     to     to     to     to     to
/admin/notifications/{message,jobrun}/<path:object_id>/     in     in     in     to     to     to     to     to     to
/admin/{content/page,audit/auditevent}/<path:object_id>/    in     in     in     to     to     to     to     to     to
"""

# What an address is about, in the order of its parts: a thing of tests/one_of_each.py, or in quotes the part itself.
# The admin's own pages of one row, and addresses that are about nothing, need no line.
ABOUT = """
directory:{profile,enquiry}                                 profile
directory:enquiry_sent                                      profile enquiry_reference
directory:my_enquiry                                        enquiry
feedback:{case,new_link}                                    case_reference
feedback:{door_of,concern}                                  profile
feedback:tell                                               'complaint'
feedback:sent                                               sent_token
feedback:correction                                         correction_token
feedback:withdraw                                           praise_token
feedback:my_praise_one                                      praise
admin:feedback_case_step                                    case 'note'
admin:feedback_case_clock                                   case clock 'pause'
admin:feedback_case_file                                    case case_file
admin:feedback_case_letter_paper                            case_letter
admin:feedback_bankholiday_away                             bank_holiday
compliance:concern                                          case_reference
admin:compliance_case_{put,hand_over,plan,appeal}           case
admin:compliance_case_{reply,more_time,guest,pause}         case
admin:compliance_case_{decide,hand_back,hear}               case
admin:compliance_outcometext_text                           'advice'
compliance:concern_file                                     case_reference concern_file
compliance:concern_letter                                   case_reference '1'
directory:basemap                                           sheet 'plain'
{photo,admin:files_photo_rendition}                         photo '112' 'jpg'

accounts:undo                                               'nothing'
account_confirm_email                                       'nothing'
account_reset_password_from_key                             '1' 'nothing'
mfa_{remove,edit}_webauthn                                  passkey
openid_connect_{login,callback}                             'council'
invitation                                                  invitation_token

onboarding:join_link                                        join_token
onboarding:still_right                                      still_right_token
onboarding:stop_news                                        stop_news_token
onboarding:code_version                                     '1'
onboarding:library_guide                                    'agreement'
onboarding:{task,check}                                     'contingency'
onboarding:{task,check}_of_worker                           'identity' worker
onboarding:sent                                             evidence
onboarding:paper                                            paper
onboarding:person_{down,back,remove}                        worker
onboarding:listing_step                                     'words'
onboarding:listing_take_back                                change
onboarding:session{,_calendar}                              session
onboarding:session_cancel                                   session booking
onboarding:help_one                                         help_request
onboarding:buddy_one                                        buddy

/admin/(?P<url>.*)$                                         'nothing'
admin:app_list                                              'directory'
admin:view_on_site                                          listing_type listing
admin:content_page_simple_history                           page page_version
admin:accounts_teammember_{roles,remove,reset}              team_member
admin:accounts_invitation_withdraw                          invitation
admin:notifications_message_again                           message
admin:compliance_mailing_{rewrite,preview,send}             mailing
admin:compliance_mailing_{throw_away,test,go_on}            mailing
admin:compliance_statuscheck_{person,ask}                   worker
admin:compliance_statuscheck_{consent,end_consent}          worker
admin:compliance_statuscheck_look                           status_check
admin:onboarding_carer_{reached,invite}                     carer
admin:onboarding_carer_note                                 carer
admin:compliance_decision_{suspend,look_again}              carer
admin:compliance_decision_{reinstate,end}                   carer
admin:compliance_decision_register                          register
admin:onboarding_carer_record                               carer 'hmrc'
admin:onboarding_carer_record_of_worker                     carer 'identity' worker
admin:compliance_review                                     'paper' evidence
admin:onboarding_evidence_file                              paper
admin:onboarding_helprequest_{close,reopen}                 help_request
admin:onboarding_interest_{invite,release,close}            interest
admin:onboarding_letter_{paper,posted}                      letter
admin:onboarding_register_{look,columns,move_in}            register
admin:onboarding_register_{undo,invite}                     register
admin:onboarding_trainingsession_{attendance,cancel}        session
admin:onboarding_trainingsession_add_person                 session
admin:onboarding_trainingsession_booking                    session booking
"""


def rows():
    """Each address's name with what it answers to each of `EVERYBODY`."""
    found, guest, editor = by_name(TABLE), by_name(GUEST), EVERYBODY.index("editor")
    assert not set(guest) - set(found), "What a guest sees is no address any more."
    for name, answers in found.items():
        assert len(answers) == len(EVERYBODY) - 1, f"{name} has {len(answers)} answers for {len(EVERYBODY) - 1} people"
        here = ["no"] if name.startswith("admin:") else [answers[editor]]
        found[name] = [*answers, *guest.get(name, here)]
    return {name: dict(zip(EVERYBODY, answers, strict=True)) for name, answers in found.items()}


@cache
def abouts():
    """Each address's name with the words that say what it is about."""
    return by_name(ABOUT)


def by_name(table):
    found = {}
    for line in table.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        names, *words = line.split()
        for name in spread(names):
            assert name not in found, f"{name} stands twice in one table of tests/role_table.py"
            found[name] = words
    return found


def spread(names):
    """`{a,b}_{c,d}` is `a_c`, `a_d`, `b_c` and `b_d`."""
    if not (braces := re.search(r"{([^}]*)}", names)):
        return [names]
    before, after = names[: braces.start()], names[braces.end() :]
    return [name for part in braces[1].split(",") for name in spread(f"{before}{part}{after}")]
