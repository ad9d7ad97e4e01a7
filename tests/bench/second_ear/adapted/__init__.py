"""Does the second ear hear one person better when its last layer has learnt from their enrolment?"""
